"""CSV as it comes: its encoding and its separator are found out, never asked."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from cityalert.lib.tables.table import TableRefused

SEPARATORS = ",;\t|"
_SAMPLE_LINES = 50
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def lines(content: bytes) -> Iterator[list[str]]:
    """The lines of a CSV file as lists of cells."""
    text = decode(content)
    separator, text = _said_separator(text)
    separator = separator or likely_separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from rows
    except csv.Error as error:
        raise TableRefused(
            _("Line %(line)d cannot be read: a quotation mark is missing or too many.")
            % {"line": rows.line_num}
        ) from error


def decode(content: bytes) -> str:
    """Text from UTF-8, UTF-16 (with its mark) or Windows-1252, which is what Excel writes by default."""
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    if encoding is None and b"\x00" in content:
        raise TableRefused(_("This is not a text file. Choose a CSV or XLSX file."))
    for name in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TableRefused(_("The file's letters cannot be read. Save it as CSV (UTF-8), and try again."))


def likely_separator(text: str) -> str:
    """The separator that gives the most lines the same number of cells, more than one; a comma if none does."""
    best, chosen = (0.0, 0), ","
    for separator in SEPARATORS:
        widths = Counter(_widths(text, separator))
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        score = (times / max(1, widths.total()), width)
        if width > 1 and score > best:
            best, chosen = score, separator
    return chosen


def _widths(text: str, separator: str) -> Iterator[int]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(rows):
            if number == _SAMPLE_LINES:
                return
            if any(row):
                yield len(row)
    except csv.Error:
        return


def _said_separator(text: str) -> tuple[str | None, str]:
    """Excel's own first line, "sep=;", if there is one."""
    first, _newline, rest = text.partition("\n")
    first = first.strip("\r").strip('"')
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in SEPARATORS:
        return first[4], rest
    return None, text
