"""Files that people bring: whatever their program wrote is read, and what is no table is refused with a sentence."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from cityalert.lib.tables import Limits, TableRefused, csv_bytes, read, read_upload, workbook, xlsx_bytes

HEADER = ("name", "address", "note")
ROWS = [("Café Zoé", "1 King St W", ""), ("Bar; Grill", "2 Bay St", 'says "hi", twice\nand again')]
CELLS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]


def refused(content: bytes, **limits: int) -> str:
    with pytest.raises(TableRefused) as refusal:
        read(content, Limits(**limits))
    assert refusal.value.status == 422
    return str(refusal.value)


def written(separator: str) -> str:
    def cell(text: str) -> str:
        doubled = text.replace('"', '""')
        return f'"{doubled}"' if any(sign in text for sign in f'{separator}"\n') else text

    return "\r\n".join(separator.join(map(cell, line)) for line in [HEADER, *ROWS]) + "\r\n"


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def archive(content: bytes, **parts: str) -> bytes:
    """A workbook with some of its parts replaced, by the end of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0]) or old.read(name))
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whatever_a_program_writes_is_read(separator, encoding):
    table = read(written(separator).encode(encoding))

    assert table.header == HEADER
    assert [row.cells for row in table.rows] == CELLS


def test_utf_16_of_the_other_order_is_read_too():
    assert read(b"\xfe\xff" + written(",").encode("utf-16-be")).header == HEADER


def test_a_workbook_says_what_a_person_would_have_typed():
    table = read(
        sheet(
            ("a", "b", "c", "d", "e"),
            (12.0, 1.5, date(2026, 5, 1), True, datetime.fromisoformat("2026-05-01 14:02")),
        )
    )

    assert list(table.rows[0].cells.values()) == ["12", "1.5", "2026-05-01", "TRUE", "2026-05-01 14:02:00"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table = read(b"\r\nname,address\r\n\r\nA,1\r\n,,\r\nB,2\r\n")

    assert [(row.number, row.cells["name"]) for row in table.rows] == [(4, "A"), (6, "B")]


def test_excels_own_first_line_says_the_separator():
    assert read(b"sep=;\r\nname;address\r\nA, B;1\r\n").rows[0].cells == {"name": "A, B", "address": "1"}


def test_short_rows_are_filled_and_surplus_cells_counted():
    short, long = read(b"name,address,note\nA\nB,1,x,what,more\n").rows

    assert (short.cells, short.surplus) == ({"name": "A", "address": "", "note": ""}, 0)
    assert long.surplus == 2


def test_a_column_without_a_heading_gets_a_number():
    assert read(b"name,,note\nA,1,x\n").header == ("name", "Column 2", "note")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\r\n,,\r\n", "is empty"),
        (b"name,address\n", "no rows"),
        (b"name\nA\nB\n", "Only one column"),
        (b"name:address\nA:1\n", "Only one column"),
        (b"Name,address,name\nA,1,B\n", "Two columns are called “Name”"),
        (b'name,address\n"A,1\nB,2\n', "quotation mark"),
        (b"name,address\nA,\x00\n", "not a text file"),
        (b"name,address\nA,\x07\n", "Row 2 has signs that are no text"),
        (b"name,address\nA,\x81\n", "letters cannot be read"),
        (b"name,address\nA," + b"x" * 5001, "more than 5000"),
        (b"%PDF-1.7\n", "not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        (b"PK\x03\x04 and no more", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content, says):
    assert says in refused(content)


def test_a_file_may_be_too_large_too_long_or_too_wide():
    assert "larger than 1 MB" in refused(b"a,b\n" + b"1,2\n" * 300_000, max_bytes=1_048_576)
    assert "more than 3 rows" in refused(b"a,b\n" + b"1,2\n" * 4, max_rows=3)
    assert "more than 2 columns" in refused(b"a,b,c\n1,2,3\n", max_columns=2)
    assert "more than 2 columns" in refused(sheet(("a", "b", "c"), (1, 2, 3)), max_columns=2)


def test_an_upload_that_is_too_large_is_not_even_read():
    upload = SimpleUploadedFile("members.csv", b"a,b\n1,2\n")
    upload.close()

    with pytest.raises(TableRefused):
        read_upload(upload, Limits(max_bytes=3))


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as other:
        other.writestr("readme.txt", "hello")

    assert "not a table" in refused(out.getvalue())


def test_a_workbook_of_a_million_rows_is_refused_before_it_is_parsed(monkeypatch):
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 400_001))
    bomb = archive(sheet(("a", "b"), (1, 2)), sheet1=f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    monkeypatch.setattr(workbook, "load_workbook", None)

    assert len(bomb) < 5_000_000
    assert "more than can be read" in refused(bomb)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = archive(sheet(("a", "b"), (1, 2)), sheet1=" " * 60_000_000)
    monkeypatch.setattr(workbook, "load_workbook", None)

    assert len(bomb) < 100_000
    assert "more than can be read" in refused(bomb)


def test_a_row_that_says_it_is_the_last_of_all_fills_no_memory():
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    far = f'<worksheet {space}><sheetData><row r="999999999999"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'

    assert "too many empty rows" in refused(archive(sheet(("a", "b"), (1, 2)), sheet1=far))


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles"])
def test_a_workbook_that_declares_entities_is_refused(part):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'

    assert "never writes" in refused(archive(sheet(("a", "b"), (1, 2)), **{part: laughs}))


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles"])
@pytest.mark.parametrize("nonsense", ["<a", "<worksheet/>", "hello"])
def test_a_workbook_that_is_broken_is_refused_and_never_a_fault(part, nonsense):
    broken = archive(sheet(("a", "b"), (1, 2)), **{part: nonsense})
    with suppress(TableRefused):
        read(broken)


DANGEROUS = ["=1+1", "+1 416", "-cmd", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x")']


def test_nothing_written_to_csv_is_ever_a_formula():
    out = csv_bytes(["=name", "lon"], [[text, -79.38] for text in DANGEROUS]).decode("utf-8-sig")

    assert out.splitlines()[0] == "'=name,lon"
    assert all(line.lstrip('"').startswith("'") for line in out.splitlines()[1:])
    assert out.count(",-79.38") == len(DANGEROUS)


def test_nothing_written_to_a_workbook_is_ever_a_formula():
    content = xlsx_bytes(["name", "note"], [[text, None] for text in DANGEROUS], title="a/b:c" * 20)

    cells = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2, max_col=1))
    assert [cell.data_type for (cell,) in cells] == ["s"] * len(DANGEROUS)
    assert [cell.value for (cell,) in cells] == DANGEROUS


@pytest.mark.parametrize("write", [csv_bytes, xlsx_bytes])
def test_what_went_out_comes_back_the_same(write):
    table = read(write(HEADER, [*ROWS, ("=1", "+1 416 555 0101", "-79.38")]))

    assert [row.cells for row in table.rows] == [
        *CELLS,
        {"name": "=1", "address": "+1 416 555 0101", "note": "-79.38"},
    ]
