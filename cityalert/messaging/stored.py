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
from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from cityalert.messaging.models import Attachment

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


# First bytes → what it is. Offices' files are archives: of those the name says which, and none is opened by us.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_VOICES = (
    (b"OggS", "audio/ogg", ".ogg"),
    (b"\x1aE\xdf\xa3", "audio/webm", ".webm"),
    (b"ID3", "audio/mpeg", ".mp3"),
)
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
    found = _voice(data, name) or _document(data, name) or _text(data, name)
    if found is None:
        raise NotTaken(field="files")
    return found


def _voice(data: bytes, name: str) -> Stored | None:
    for start, content_type, ending in _VOICES:
        if data.startswith(start):
            return Stored(Kind.VOICE, f"{PurePath(name).stem or 'voice'}{ending}", content_type, data)
    if data[4:8] == b"ftyp" and data[8:11] in {b"M4A", b"mp4", b"iso"}:
        return Stored(Kind.VOICE, f"{PurePath(name).stem or 'voice'}.m4a", "audio/mp4", data)
    return None


def _document(data: bytes, name: str) -> Stored | None:
    ending = PurePath(name).suffix.lower()
    if data.startswith(b"%PDF-"):
        return Stored(Kind.FILE, f"{PurePath(name).stem}.pdf", "application/pdf", data)
    if data.startswith(b"PK\x03\x04") and ending in _OFFICE:
        return Stored(Kind.FILE, name, _OFFICE[ending], data)
    return None


def _text(data: bytes, name: str) -> Stored | None:
    """Plain words in UTF-8, without a control character and without markup that something might take for a page."""
    ending = PurePath(name).suffix.lower()
    if ending not in {".txt", ".csv", ".md"} or _MARKUP.search(data):
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text):
        return None
    return Stored(Kind.FILE, name, "text/csv" if ending == ".csv" else "text/plain", data)


def _name(text: str) -> str:
    """One readable line without a path: what reorders letters or hides an ending is gone."""
    name = words.line(PurePath(text.replace("\\", "/")).name)
    name = re.sub(r'[<>:"/|?*\x00-\x1f;]', "_", name).strip(". ")
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    return f"{stem[: NAME - 12]}{ending[:12]}" or "file"
