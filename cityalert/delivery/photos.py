"""A photo that somebody sent, drawn anew: only pixels are left of the file, and of those no more than a page needs."""

import struct
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from cityalert.lib.refusals import Refusal

# What telephones and browsers send. Others have decoders that few look at.
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
SIDE = 1600
QUALITY = 80

# What Pillow raises at files that are none, or were made to break it.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)


class NoPhoto(Refusal):
    """It is none, or not one we open."""

    code = "no_photo"
    status = 422
    sentence = _("That is no photo we can open. Send a JPEG, PNG or WebP picture.")


class TooLarge(Refusal):
    """More than a telephone's photo."""

    code = "photo_too_large"
    status = 413
    sentence = _("That photo is too large. Send one of at most 12 MB and 60 megapixels.")


def clean(file: IO[bytes], *, size: int) -> bytes:
    """The picture as a JPEG of at most 1,600 pixels a side, upright, without a word about whose or where it is.

    Raises NoPhoto, TooLarge. How many pixels there are is asked before any of them is drawn.
    """
    if size > MOST_BYTES:
        raise TooLarge(field="photo")
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge(field="photo")
            picture.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            return _drawn(upright)
    except _BROKEN as error:
        raise NoPhoto(field="photo") from error


def _drawn(picture: Image.Image) -> bytes:
    """On fresh paper: what Pillow knows of the file besides its pixels would else be written again."""
    paper = Image.new("RGB", picture.size, "white")
    seen = picture.convert("RGBA")
    paper.paste(seen, mask=seen.getchannel("A"))
    jpeg = BytesIO()
    paper.save(jpeg, "JPEG", quality=QUALITY)
    return jpeg.getvalue()
