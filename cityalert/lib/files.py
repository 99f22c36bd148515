"""Files that people send and that are kept as they came: which are taken, by what they are and not by what they say.

Nothing is opened or unpacked: of an archive only its table of contents is read. Pure.
"""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from cityalert.lib import words
from cityalert.lib.refusals import Refusal

MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 5_000
LONGEST_NAME = 120

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# By ending: its media type, and how the file begins.
_BEGINS: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
}
# Archives: its media type, and what stands in it.
_HOLDS: dict[str, tuple[str, str]] = {
    "docx": (f"{_OFFICE}.wordprocessingml.document", "word/document.xml"),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": (f"{_OFFICE}.presentationml.presentation", "ppt/presentation.xml"),
    "odt": (f"{_OPEN}.text", "content.xml"),
    "ods": (f"{_OPEN}.spreadsheet", "content.xml"),
}
_TEXTS = {"txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}
TAKEN = (*_BEGINS, *_HOLDS, *_TEXTS)


class NotTaken(Refusal):
    """It is none of what is taken, or says that it is something else."""

    code = "file_not_taken"
    status = 422
    sentence = _(
        "That file cannot be kept. Send a PDF, a picture (PNG, JPEG), a document without macros or a plain text."
    )


class TooLarge(Refusal):
    """More than a plan needs."""

    code = "file_too_large"
    status = 413
    sentence = _("That file is too large. Send one of at most 10 MB.")


@dataclass(frozen=True)
class Kept:
    """A file that may be kept: how it is called, what it is, its bytes."""

    name: str
    media_type: str
    content: bytes


def looked_at(name: str, content: bytes) -> Kept:
    """The file, if what it is and what it is called agree. Raises NotTaken, TooLarge."""
    if len(content) > MOST_BYTES:
        raise TooLarge(field="file")
    ending = name.rpartition(".")[2].casefold()
    media_type = _media_type(ending, content)
    if media_type is None:
        raise NotTaken(field="file")
    return Kept(_named(name, ending), media_type, content)


def _media_type(ending: str, content: bytes) -> str | None:
    if ending in _BEGINS:
        media_type, begins = _BEGINS[ending]
        return media_type if content.startswith(begins) else None
    if ending in _HOLDS:
        media_type, holds = _HOLDS[ending]
        return media_type if _has(content, holds) else None
    return _TEXTS.get(ending) if _is_text(content) else None


def _has(content: bytes, entry: str) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    has_macros = any(one.casefold().endswith(("vbaproject.bin", "basic/script-lc.xml")) for one in names)
    return entry in names and not has_macros and len(names) <= MOST_ENTRIES


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text) and "\0" not in text


def _named(name: str, ending: str) -> str:
    """Without folders, and without signs that turn or hide what stands beside them."""
    stem = words.line(PurePath(name.replace("\\", "/")).name).rpartition(".")[0].strip(". ")
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending}"
