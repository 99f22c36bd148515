"""XLSX: a zip of XML, and so a way to send a bomb. What is unpacked is counted before a parser sees it."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from cityalert.lib.tables.table import Limits, TableRefused

MAX_PARTS = 500
MAX_UNPACKED = 48 * 1024 * 1024
# Each is the beginning or the end of an element; parsers hold a row's elements, and every shared text, in memory.
MAX_MARKS = 2_000_000
# A sheet may be coloured down to its last row; so many rows that say nothing are passed over.
MAX_EMPTY_ROWS = 20_000
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_OVERLAP = max(map(len, _FORBIDDEN)) - 1
_CHUNK = 256 * 1024
# What openpyxl raises over files that are not what they say: it has no error of its own for most.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, DefusedXmlException, ParseError,
    KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, OSError, EOFError, SyntaxError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


def lines(content: bytes, limits: Limits) -> Iterator[list[str]]:
    """The rows of the first sheet that is not hidden, as text."""
    try:
        _check_archive(content)
        yield from _rows(content, limits)
    except _BROKEN as error:
        raise TableRefused(
            _("The workbook is damaged, or is no XLSX file. Save it again, or as CSV.")
        ) from error


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in {part.filename for part in parts}:
            raise TableRefused(_("This is not a table. Choose a CSV or XLSX file."))
        # `zipfile` unpacks no more of a part than the size it states.
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _too_much()
        marks = 0
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                marks += _marks(archive, part)
            if marks > MAX_MARKS:
                raise _too_much()


def _marks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many elements begin or end in a part, roughly; a part that declares entities is refused."""
    marks, kept = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if any(word in kept + chunk for word in _FORBIDDEN) or chunk.startswith(
                (b"\xff\xfe", b"\xfe\xff")
            ):
                raise TableRefused(
                    _("The workbook has parts that Excel never writes. Save it as CSV instead.")
                )
            marks += chunk.count(b"<")
            kept = chunk[-_OVERLAP:]
    return marks


def _rows(content: bytes, limits: Limits) -> Iterator[list[str]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise TableRefused(_("The workbook has no sheet that can be seen."))
        # What the file says of its own size need not be true.
        sheet.reset_dimensions()
        empty = 0
        for row in sheet.iter_rows(values_only=True):
            cells = _texts(row)
            empty += not cells
            if empty > MAX_EMPTY_ROWS:
                raise TableRefused(_("The sheet has too many empty rows. Delete them, or save it as CSV."))
            if len(cells) > limits.max_columns:
                raise TableRefused(
                    _("The file has more than %(most)d columns.") % {"most": limits.max_columns}
                )
            yield cells
    finally:
        book.close()


def _texts(row: tuple[object, ...]) -> list[str]:
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return [_text(value) for value in row[:width]]


def _text(value: object) -> str:
    """A cell as a person would type it: 12 rather than 12.0, a day as 2026-05-01."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return "" if value is None else str(value)


def _too_much() -> TableRefused:
    return TableRefused(_("The workbook holds more than can be read at once. Split it, or save it as CSV."))
