"""Bao brings her list: what would change is shown first, then done whole, then undone exactly."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from cityalert.audit import queries as audit
from cityalert.businesses import actions as keeping
from cityalert.businesses import records, storing
from cityalert.businesses.importing import actions
from cityalert.businesses.importing.diff import Kind
from cityalert.businesses.models import Business, Change, Contact, Import, Seat
from cityalert.lib.tables import csv_bytes, read
from partners.models import Partner
from partners.roles import Role
from tests.businesses.bia import business, many
from tests.door import let_in

pytestmark = pytest.mark.django_db
UPLOAD = reverse("businesses:import")
HEADER = "Business Name,Address,Category,Owner,Owner phone,Owner email\n"
LIST = HEADER + (
    "Café Zoé,100 King St W,Restaurant,Zoé Tremblay,416-555-0123,zoe@cafe.example\n"
    "Bay Books,200 Bay St,Retail,Ann Lee,416-555-0124,ann@books.example\n"
)


@pytest.fixture
def bao(cast, client):
    """Bao's browser."""
    return let_in(client, cast.bao)


def upload(client, content, name="members.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def look(client, content, **choices):
    """Upload, take the columns as they were guessed, and see what would change."""
    assert upload(client, content).status_code == 302
    batch = Import.objects.get(state="staged")
    columns = {f"column-{n}": batch.columns[head] for n, head in enumerate(batch.header, start=1)}
    client.post(reverse("businesses:columns", args=[batch.pk]), {**columns, **choices})
    return client.get(reverse("businesses:preview", args=[batch.pk]))


def apply(client, page):
    batch = Import.objects.get(state="staged")
    return client.post(
        reverse("businesses:apply", args=[batch.pk]),
        {"fingerprint": page.context["fingerprint"]},
        follow=True,
    )


def bring(client, content, **choices):
    page = look(client, content, **choices)
    apply(client, page)
    return dict(page.context["counts"])


def pictures(partner):
    return {one.name: storing.picture(one) for one in storing.whole(Business.objects.filter(partner=partner))}


def test_nothing_is_written_before_it_is_confirmed(bao):
    page = look(bao, LIST)

    assert dict(page.context["counts"])["new"] == 2
    assert "Nothing has been written yet" in page.content.decode()
    assert not Business.objects.exists()


def test_a_list_becomes_the_membership(bao):
    assert bring(bao, LIST)["new"] == 2

    zoe = records.of(Business.objects.get(name="Café Zoé"))
    assert (zoe["owner_phone"], zoe["owner_name"], zoe["levy_class"]) == (
        "+14165550123",
        "Zoé Tremblay",
        "Restaurant",
    )
    assert Contact.objects.filter(confirmed_at=None).count() == 2  # a file vouches for nobody
    batch = Import.objects.get()
    assert (batch.state, batch.rows) == ("applied", [])
    facts = audit.timeline(batch).get().facts
    assert (facts["new"], facts["refused"]) == (2, 0)
    assert "cafe" not in str(facts).lower()


def test_the_same_file_again_changes_nothing(bao):
    bring(bao, LIST)

    page = look(bao, LIST)

    assert dict(page.context["counts"]) == {"new": 0, "changed": 0, "missing": 0, "refused": 0, "same": 2}
    assert "changes nothing" in page.content.decode()


def test_changes_are_shown_field_by_field(bao):
    bring(bao, LIST)

    page = look(
        bao, LIST.replace("416-555-0124", "416-555-0125").replace("Café Zoé,100 King", "Café Zoé,101 King")
    )

    changed = {entry.name: entry.changes for entry in page.context["page"].object_list}
    assert changed == {
        "Bay Books": {"owner_phone": ("+14165550124", "+14165550125")},
        "Café Zoé": {"address": ("100 King St W", "101 King St W")},
    }


def test_businesses_missing_from_the_file_are_archived_only_when_wished(cast, bao, at):
    business(cast.bao, at, name="Old Shop", address="1 Old St", owner_phone="416-555-0177")
    assert bring(bao, LIST)["missing"] == 1
    assert not Business.objects.filter(archived_at__isnull=False).exists()

    assert bring(bao, LIST, archives_missing="on")["missing"] == 1
    assert Business.objects.get(name="Old Shop").archived_at is not None
    assert look(bao, LIST, archives_missing="on").context["sum"]["all"] == 0


def test_one_in_the_archive_comes_back_with_its_row(cast, bao, at):
    one = business(cast.bao, at)
    keeping.archive(cast.bao.actor(at), one, at=at)

    bring(bao, LIST)

    assert Business.objects.get(name="Café Zoé").archived_at is None


def test_an_empty_cell_empties_or_leaves_as_wished(cast, bao, at):
    business(cast.bao, at)
    empty = HEADER + "Café Zoé,100 King St W,,,,\n"

    bring(bao, empty, keeps_blank="on")
    assert records.of(Business.objects.get())["levy_class"] == "Restaurant"

    bring(bao, empty)
    assert records.of(Business.objects.get())["levy_class"] == ""
    assert not Contact.objects.exists()


def test_rows_that_cannot_be_used_are_refused_each_with_its_reason(bao):
    page = look(
        bao,
        HEADER
        + "Good,1 A St,,,,\n"
        + "Bad phone,2 A St,,,555,\n"
        + ",3 A St,,,,\n"
        + "Mail,6 A St,,,,nobody\n"
        + "Long,5 A St,,,,,surplus,cells\n"
        + "Good,1 A St,,,,\n",
    )

    rows = page.context["page"].object_list
    refused = {
        row.number: {name: str(why) for name, why in row.reasons.items()} for row in rows if row.reasons
    }
    assert set(refused) == {3, 4, 5, 6, 7}
    assert "No telephone" in refused[3]["owner_phone"]
    assert "needs a name" in refused[4]["name"]
    assert "e-mail" in refused[5]["owner_email"]
    assert "more cells" in refused[6][""]
    assert "Row 2" in refused[7][""]
    apply(bao, page)
    assert Business.objects.get().name == "Good"


def test_a_number_of_its_own_finds_a_business_whatever_it_is_called_now(cast, bao, at):
    business(cast.bao, at, key="A1")

    page = look(bao, "ID,Name,Address\nA1,Zoé's,9 New St\nA2,Café Zoé,100 King St W\n")

    found = {entry.name: (entry.kind, set(entry.changes)) for entry in page.context["page"].object_list}
    assert found["Zoé's"] == (Kind.CHANGED, {"name", "address"})
    assert found["Café Zoé"][0] == Kind.NEW


def test_numbers_may_change_hands_in_one_file(cast, bao, at):
    business(cast.bao, at, key="1", name="A", address="")
    business(cast.bao, at, key="2", name="B", address="")

    bring(bao, "ID,Name\n1,B\n2,A\n")

    assert dict(Business.objects.values_list("key", "name")) == {"1": "B", "2": "A"}


def test_of_two_with_one_name_and_address_none_is_guessed(cast, bao, at):
    for _ in range(2):
        business(cast.bao, at)

    page = look(bao, LIST)

    assert "Give each a number" in page.content.decode()


def test_undo_restores_everything_exactly(cast, bao, at):
    one = business(cast.bao, at, notes="Rings twice", lapses_on="2027-01-01")
    business(cast.bao, at, name="Old Shop", address="1 Old St", owner_phone="416-555-0177")
    keeping.archive(cast.bao.actor(at), business(cast.bao, at, name="Bay Books", address="200 Bay St"), at=at)
    before = pictures(one.partner)

    bring(bao, LIST.replace("0123", "0199") + "New,7 A St,,,,\n", archives_missing="on")
    assert pictures(one.partner) != before
    answer = bao.post(reverse("businesses:undo", args=[Import.objects.get().pk]), follow=True)

    assert pictures(one.partner) == before
    assert "as it was before" in answer.content.decode()
    assert Import.objects.get().state == "undone"
    assert not Change.objects.exists()


def test_undo_is_refused_where_later_work_would_be_lost_and_names_it(cast, bao, at):
    bring(bao, LIST)
    zoe = Business.objects.get(name="Café Zoé")
    keeping.change(cast.bao.actor(at), zoe, {"notes": "Called"}, at=at)

    answer = bao.post(reverse("businesses:undo", args=[Import.objects.get().pk]))

    assert answer.status_code == 409
    assert "Café Zoé" in answer.content.decode()
    assert Business.objects.count() == 2


def test_undo_is_refused_where_somebody_sits_on_the_board_since(cast, bao, at):
    bring(bao, LIST)
    books = Business.objects.get(name="Bay Books")
    Seat.objects.create(
        partner=books.partner, body="Board", role="Chair", business=books, starts_on=at.date()
    )

    assert bao.post(reverse("businesses:undo", args=[Import.objects.get().pk])).status_code == 409
    assert Seat.objects.exists()


def test_only_the_last_import_is_undone_and_once(bao):
    bring(bao, LIST)
    first = Import.objects.get()
    bring(bao, HEADER + "Third,3 A St,,,,\n")
    second = Import.objects.exclude(pk=first.pk).get()

    assert bao.post(reverse("businesses:undo", args=[first.pk])).status_code == 409
    assert bao.post(reverse("businesses:undo", args=[second.pk])).status_code == 302
    assert bao.post(reverse("businesses:undo", args=[second.pk])).status_code == 409
    assert set(Business.objects.values_list("name", flat=True)) == {"Café Zoé", "Bay Books"}


def test_what_changed_since_the_preview_is_shown_again_first(cast, bao, at):
    page = look(bao, LIST)
    business(cast.bao, at)

    answer = apply(bao, page)

    assert answer.status_code == 409
    assert "since you looked" in answer.content.decode()
    assert Business.objects.count() == 1


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


def test_giving_up_leaves_nothing(bao):
    look(bao, LIST)

    bao.post(reverse("businesses:give_up", args=[Import.objects.get().pk]))

    assert not Import.objects.exists()


def test_a_file_nobody_applied_is_forgotten_after_a_day(bao, at):
    look(bao, LIST)

    actions.forget(at=at + timedelta(hours=23))
    assert Import.objects.exists()
    actions.forget(at=at + timedelta(hours=25))
    assert not Import.objects.exists()


def test_another_bia_and_mere_readers_find_no_import(cast, bao, client, at):
    look(bao, LIST)
    batch = Import.objects.get()
    other = Partner.objects.create(kind="bia", name="Chinatown BIA", short_name="Chinatown")
    pages = [reverse(f"businesses:{name}", args=[batch.pk]) for name in ("columns", "preview")]
    acts = [
        reverse(f"businesses:{name}", args=[batch.pk]) for name in ("columns", "apply", "undo", "give_up")
    ]

    mei, vi = cast.join("mei", other, Role.OWNER), cast.join("vi", cast.bao.partner, Role.VIEWER)
    for person, expected in ((mei, 404), (vi, 403)):
        let_in(client, person)
        assert {client.get(page).status_code for page in pages} == {expected}
        assert {client.post(act).status_code for act in acts} == {expected}
    assert Import.objects.get().state == "staged"


def test_five_thousand_rows(bao):
    header = [
        "ID",
        "Name",
        "Address",
        "Tags",
        "Owner",
        "Owner phone",
        "Owner email",
        "Manager phone",
        "Paid until",
    ]
    rows = [
        [n, f"Shop {n}", f"{n} Bay St", "food, patio", f"Owner {n}", f"416-555-{n:04}", f"o{n}@shop.example",
         f"647-555-{n:04}", "2027-01-31"]
        for n in range(5000)
    ]  # fmt: skip

    assert bring(bao, csv_bytes(header, rows))["new"] == Business.objects.count() == 5000
