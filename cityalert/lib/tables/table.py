"""What a table is, how large it may be, and what is said when a file is none."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cityalert.lib.refusals import Refusal

# A cell that begins with one of these is run by a spreadsheet instead of shown (OWASP, CSV injection); the last four
# are the full-width forms that some programs take for the same.
RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_HINT = "'"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class TableRefused(Refusal):
    """The file cannot be used as a table."""

    code = "table_refused"
    status = 422

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence, field="file")


@dataclass(frozen=True)
class Limits:
    """How large a file may be. Rows are those below the heading that say something."""

    max_bytes: int = 5 * 1024 * 1024
    max_rows: int = 20_000
    max_columns: int = 100
    min_columns: int = 2
    max_cell: int = 5_000


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by heading.

    `surplus` counts cells that have no heading above them: mostly a separator inside a text without quotes.
    """

    number: int
    cells: Mapping[str, str]
    surplus: int = 0


@dataclass(frozen=True)
class Table:
    """A heading and the rows below it. Cells are text, trimmed, in Unicode's composed form (NFC)."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def assemble(lines: Iterable[Sequence[str]], limits: Limits) -> Table:
    """The table of a file's lines: the first that says anything is the heading; empty ones are passed over."""
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        cells = [_clean(cell, number, limits) for cell in line]
        if not any(cells):
            continue
        if not header:
            header = _headings(cells, limits)
            continue
        if len(rows) == limits.max_rows:
            raise TableRefused(
                _("The file has more than %(most)d rows. Split it into several files.")
                % {"most": limits.max_rows}
            )
        cells += [""] * (len(header) - len(cells))
        surplus = sum(bool(cell) for cell in cells[len(header) :])
        rows.append(Row(number, dict(zip(header, cells, strict=False)), surplus))
    if not header:
        raise TableRefused(_("The file is empty."))
    if not rows:
        raise TableRefused(_("The file has a heading, and no rows below it."))
    return Table(header, tuple(rows))


def _clean(cell: str, number: int, limits: Limits) -> str:
    text = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > limits.max_cell:
        raise TableRefused(
            _("Row %(row)d has a cell with more than %(most)d characters. Is a quotation mark missing?")
            % {"row": number, "most": limits.max_cell}
        )
    if _CONTROLS.search(text):
        raise TableRefused(
            _("Row %(row)d has signs that are no text. Save the file as CSV (UTF-8) or XLSX, and try again.")
            % {"row": number}
        )
    # What `writing` puts before a cell that would run is taken off again: what went out comes back the same.
    return text[1:] if text.startswith(_HINT) and text[1:].startswith(RUNS) else text


def _headings(cells: list[str], limits: Limits) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > limits.max_columns:
        raise TableRefused(_("The file has more than %(most)d columns.") % {"most": limits.max_columns})
    if len(cells) < limits.min_columns:
        raise TableRefused(
            _("Only one column was found. Columns are separated by commas, semicolons, tabs or bars.")
        )
    names = [cell or _("Column %(number)d") % {"number": at} for at, cell in enumerate(cells, start=1)]
    names = [" ".join(name.split()) for name in names]
    counted = Counter(name.casefold() for name in names)
    if twice := [name for name in names if counted[name.casefold()] > 1]:
        raise TableRefused(
            _("Two columns are called “%(name)s”. Rename or remove one of them.") % {"name": twice[0][:80]}
        )
    return tuple(names)
