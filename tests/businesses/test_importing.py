"""Bao brings her list: what would change is shown first, then done whole or not at all."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.businesses import actions as keeping
from cityalert.businesses import records
from cityalert.businesses.importing import actions
from cityalert.businesses.importing.diff import Kind
from cityalert.businesses.models import Business, Contact, Import
from cityalert.lib.tables import csv_bytes
from partners.models import Partner
from partners.roles import Role
from tests.businesses.bia import business
from tests.businesses.bringing import HEADER, LIST, apply, bring, look
from tests.door import let_in

pytestmark = pytest.mark.django_db


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
    assert "<ins>416-555-0125</ins>" in page.content.decode()


def test_businesses_missing_from_the_file_are_archived_only_when_wished(cast, bao, at):
    business(cast.bao, at, name="Old Shop", address="1 Old St", owner_phone="416-555-0177")
    page = look(bao, LIST)
    assert "Old Shop" not in {entry.name for entry in page.context["page"].object_list}
    assert list(page.context["page"].object_list[0].changes)[:3] == ["name", "levy_class", "address"]
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
    # What stood there is shown beside the reason.
    said = page.content.decode()
    assert "<q>555</q>" in said
    assert "<q>nobody</q>" in said
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


def test_what_changed_since_the_preview_is_shown_again_first(cast, bao, at):
    page = look(bao, LIST)
    business(cast.bao, at)

    answer = apply(bao, page)

    assert answer.status_code == 409
    assert "since you looked" in answer.content.decode()
    assert Business.objects.count() == 1


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
