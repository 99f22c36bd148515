"""Lists as files: what is read, what is refused with a sentence, what is taken away and comes back the same."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import Workbook

from cityalert.businesses import actions as keeping
from cityalert.businesses import records
from cityalert.businesses.models import Business, Import
from cityalert.lib.tables import read
from tests.businesses.bia import business, many
from tests.businesses.bringing import UPLOAD, bring, look, upload

pytestmark = pytest.mark.django_db


def test_headings_are_guessed_in_french_too(bao):
    upload(
        bao, "Nom du commerce;Adresse;Propriétaire;Téléphone;Courriel\nA;1 rue B;C;416-555-0123;c@d.example\n"
    )

    assert Import.objects.get().columns == {
        "Nom du commerce": "name",
        "Adresse": "address",
        "Propriétaire": "owner_name",
        "Téléphone": "owner_phone",
        "Courriel": "owner_email",
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 not a list", "not a table"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"name,address,name\nA,1,B\n", "Two columns are called"),
        (b"name,address\nA,\x07\n", "signs that are no text"),
        (b"name,address\n" + b"A,1\n" * 10_001, "more than 10000 rows"),
        (b"name,address\n" + b"x" * 5_300_000, "larger than 5 MB"),
    ],
)
def test_a_bad_file_gets_a_sentence(bao, content, says):
    answer = upload(bao, content)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Import.objects.exists()


def test_no_file_gets_a_sentence(bao):
    assert "Choose a file first" in bao.post(UPLOAD).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_away_comes_back_as_no_change(cast, bao, at, kind):
    keeping.add_field(cast.bao.actor(at), "Patio seats", "number", at=at)
    business(
        cast.bao, at, key="=A1", notes="=1+1\n+ more", lat="43.6487", lon="-79.3815", languages="en; fr",
        joined_on="2020-02-29", manager_name="'Lou", manager_phone="+1 416 555 0190", **{"custom:patio-seats": "24"},
    )  # fmt: skip
    many(cast.bao.partner, 3, at)

    file = bao.get(reverse(f"businesses:{kind}"))
    page = look(bao, file.content)

    assert file["Content-Disposition"].endswith(f'.{kind}"')
    assert dict(page.context["counts"]) == {"new": 0, "changed": 0, "missing": 0, "refused": 0, "same": 4}


def test_the_export_is_what_the_table_shows_and_runs_nothing(cast, bao, at):
    many(cast.bao.partner, 3, at)
    business(cast.bao, at, notes="=HYPERLINK(1)")

    file = bao.get(reverse("businesses:csv"), {"class": "Restaurant"}).content

    assert [row.cells["Name"] for row in read(file).rows] == ["Café Zoé"]
    assert b"'=HYPERLINK" in file


def test_a_workbook_with_dates_and_numbers(bao):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Name", "Address", "Telephone", "Member since"])
    book.active.append(["A", "1 B St", 4165550123, date(2020, 5, 1)])
    book.save(out)

    bring(bao, out.getvalue())

    one = records.of(Business.objects.get())
    assert (one["owner_phone"], one["joined_on"]) == ("+14165550123", "2020-05-01")


def test_a_choice_of_columns_is_remembered(bao):
    odd = "Wer,Wo\nA,1 B St\n"
    upload(bao, odd)
    batch = Import.objects.get()
    columns = reverse("businesses:columns", args=[batch.pk])
    assert bao.post(columns, {"column-1": "", "column-2": "address"}).status_code == 422
    assert bao.post(columns, {"column-1": "name", "column-2": "name"}).status_code == 422
    bao.post(columns, {"column-1": "name", "column-2": "address"})

    answer = upload(bao, odd)

    assert answer["Location"] == reverse("businesses:preview", args=[Import.objects.get().pk])
    assert Import.objects.get().columns == {"Wer": "name", "Wo": "address"}
