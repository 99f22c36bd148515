"""Tables as files to take away. No cell of theirs is ever a formula, whoever typed it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from cityalert.lib.tables.table import RUNS

# A negative number runs nothing: without this every western longitude would be a text.
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with the mark that tells Excel so."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in header])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "CityAlert") -> bytes:
    """A workbook with one sheet, every cell of it text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RUNS) and not _NUMBER.fullmatch(text) else text


def _cell(sheet: object, value: object, *, bold: bool = False) -> WriteOnlyCell:
    text = ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))
    cell = WriteOnlyCell(sheet, value=text)
    # openpyxl takes a leading "=" for a formula; stated to be text it is shown, and stays text when it is edited.
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(RUNS)
    if bold:
        cell.font = Font(bold=True)
    return cell
