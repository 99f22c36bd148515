"""Files as they are kept: photos drawn anew, voice notes and files inert. Which kinds are taken is said here.

What a file is, its own first bytes say; its name and what the browser calls it are not believed. Whatever a browser
might run (HTML, SVG, scripts) is not taken, under no name.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cityalert.delivery import photos
from cityalert.lib import files, words
from cityalert.lib.refusals import Refusal
from cityalert.messaging.models import Attachment

MOST_FILES = 10
MOST_BYTES = 10 * 1024 * 1024
NAME = 120
Kind = Attachment.Kind


class NotTaken(Refusal):
    """None of the kinds that are kept, or it is not what it says."""

    code = "file_not_taken"
    status = 422
    sentence = _(
        "This file cannot be kept here. Photos (JPEG, PNG, WebP), PDF, Word, Excel and PowerPoint files, plain text, "
        "CSV and voice notes can."
    )


class TooLarge(Refusal):
    """More than is kept of one file."""

    code = "file_too_large"
    status = 413
    sentence = _("That file is too large: 10 MB at most. Nothing was sent, and what you wrote is kept.")


class TooMany(Refusal):
    """More than a message carries."""

    code = "too_many_files"
    status = 422
    sentence = _("Ten files at most in one message. Send the others in another.")


class Empty(Refusal):
    """Nothing in it."""

    code = "file_empty"
    status = 422
    sentence = _("That file is empty. Choose it again.")


@dataclass(frozen=True)
class Stored:
    """A file that may be kept: its kind, its cleaned name, what it is served as, its bytes."""

    kind: Attachment.Kind
    name: str
    content_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """In hex."""
        return hashlib.sha256(self.data).hexdigest()


# What each of them begins with. Other pictures have decoders that few look at.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_VOICES = (
    (b"OggS", "audio/ogg", ".ogg"),
    (b"\x1aE\xdf\xa3", "audio/webm", ".webm"),
    (b"ID3", "audio/mpeg", ".mp3"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|body|iframe|img|\?xml|a\b|meta|math)", re.IGNORECASE)


def stored(file: "UploadedFile[Any]") -> Stored:
    """A file that came, as it is kept. Raises NotTaken, TooLarge, Empty, and what `photos` refuses."""
    if (file.size or 0) > MOST_BYTES:
        raise TooLarge(field="files")
    name = _name(file.name or "")
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise Empty(field="files")
    if data.startswith(_PICTURES) and (data[:4] != b"RIFF" or data[8:12] == b"WEBP"):
        file.seek(0)
        jpeg = photos.clean(file, size=len(data))
        return Stored(Kind.PHOTO, f"{PurePath(name).stem or 'photo'}.jpg", "image/jpeg", jpeg)
    found = _voice(data, name)
    return found or _document(data, name)


def _voice(data: bytes, name: str) -> Stored | None:
    for start, content_type, ending in _VOICES:
        if data.startswith(start):
            return Stored(Kind.VOICE, f"{PurePath(name).stem or 'voice'}{ending}", content_type, data)
    if data[4:8] == b"ftyp" and data[8:11] in {b"M4A", b"mp4", b"iso"}:
        return Stored(Kind.VOICE, f"{PurePath(name).stem or 'voice'}.m4a", "audio/mp4", data)
    return None


def _document(data: bytes, name: str) -> Stored:
    """As it came; of plain words none that something might take for a page."""
    try:
        kept = files.looked_at(name, data)
    except files.NotTaken as error:
        raise NotTaken(field="files") from error
    if kept.media_type.startswith(("text/", "image/")) and (_MARKUP.search(data) or _CONTROLS.search(data)):
        raise NotTaken(field="files")
    return Stored(Kind.FILE, kept.name, kept.media_type.partition(";")[0], data)


def _name(text: str) -> str:
    """One readable line without a path: what reorders letters or hides an ending is gone."""
    name = words.line(PurePath(text.replace("\\", "/")).name)
    name = re.sub(r'[<>:"/|?*\x00-\x1f;]', "_", name).strip(". ")
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    return f"{stem[: NAME - 12]}{ending[:12]}" or "file"
