"""Businesses written down twice: found, shown side by side, made one by a choice for each value, and two again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.businesses import actions as keeping
from cityalert.businesses import storing
from cityalert.businesses.merging import actions, alike
from cityalert.businesses.merging.alike import Facts, Sign
from cityalert.businesses.models import Business, Merge, Seat
from partners.roles import Role
from tests.businesses.bia import CAFE, business, many
from tests.door import let_in

DOUBLES = reverse("businesses:doubles")
OTHER = {
    "key": "A1", "name": "CAFE ZOE INC.", "levy_class": "", "tags": "food; night", "notes": "Rings twice",
    "owner_name": "Z. Tremblay", "manager_name": "Lou", "manager_phone": "416-555-0190", "lapses_on": "2027-01-01",
}  # fmt: skip


def facts(n, name="", address="", phones=(), emails=()):
    return Facts(
        UUID(int=n),
        alike.bare_name(name, "Toronto"),
        alike.bare_address(address),
        frozenset(phones),
        frozenset(emails),
    )


def signs(one, other):
    return [match.signs for match in alike.matches([facts(1, *one), facts(2, *other)])]


@pytest.mark.parametrize(
    "name",
    [
        "Lakeview Grill Inc.",
        "The Lakeview Grill",
        "LAKEVIEW GRILL",
        "Lakeview Grill Toronto",
        "Lakevlew Gri11",
    ],
)
def test_what_readers_overlook_makes_no_other_name(name):
    assert alike.bare_name(name, "Toronto") == alike.bare_name("Lakeview Grill", "Toronto")


def test_two_signs_make_a_suggestion_and_one_does_not():
    grill = ("Grill", "1 King St W", ["+1"], ["a@b.example"])

    assert signs(grill, ("Grill", "1 King Street West, unit 4")) == [(Sign.NAME, Sign.ADDRESS)]
    assert signs(grill, ("Bar", "1 King St W", ["+1"])) == [(Sign.PHONE, Sign.ADDRESS)]
    assert signs(grill, ("Bar", "2 Bay St", ["+1"], ["a@b.example"])) == [(Sign.PHONE, Sign.EMAIL)]
    assert signs(grill, ("Grill", "")) == [(Sign.NAME,)]
    assert signs(grill, ("Grill", "2 Bay St")) == []  # a chain
    assert signs(grill, ("Bar", "2 Bay St", ["+1"])) == []  # an owner of two
    assert signs(grill, ("Bar", "1 King St W")) == []  # a tower


def test_a_number_of_many_says_nothing():
    desk = [facts(n, f"Shop {n}", f"{n} A St", ["+1"], ["desk@tower.example"]) for n in range(alike.MOST + 1)]

    assert alike.matches(desk) == []


@pytest.fixture
def pair(cast, at):
    """One business, written down by two people."""
    return business(cast.bao, at), business(cast.bao, at + timedelta(days=1), **OTHER)


def merge(client, one, other, **choices):
    return client.post(reverse("businesses:merge", args=[one.pk, other.pk]), choices, follow=True)


def picture(pk):
    return storing.picture(storing.whole(Business.objects.filter(pk=pk)).get())


@pytest.mark.django_db
def test_two_are_suggested_compared_and_made_one(bao, pair, at):
    one, other = pair
    seat = Seat.objects.create(
        partner=one.partner, body="Board", role="Chair", business=other, starts_on=at.date()
    )
    page = bao.get(DOUBLES).content.decode()
    assert "CAFE ZOE INC." in page
    assert "Same telephone" in page
    side = bao.get(reverse("businesses:merge", args=[one.pk, other.pk])).content.decode()
    assert "Zoé Tremblay" in side
    assert "Z. Tremblay" in side
    assert "416-555-0123" in side
    assert "+1416" not in side
    assert "1 January 2027" in side
    assert "French" in side

    answer = merge(bao, one, other, name="one", owner="one")

    assert "is one business now" in answer.content.decode()
    now = picture(one.pk)["record"]
    kept = {
        name: now[name]
        for name in ("key", "name", "tags", "notes", "owner_name", "manager_name", "levy_class")
    }
    assert kept == {
        "key": "A1", "name": "Café Zoé", "tags": "food; night; patio", "notes": "Rings twice",
        "owner_name": "Zoé Tremblay", "manager_name": "Lou", "levy_class": "Restaurant",
    }  # fmt: skip
    assert not Business.objects.filter(pk=other.pk).exists()
    seat.refresh_from_db()
    assert seat.business == one
    facts_of = audit.timeline(one).last()
    assert (facts_of.verb, facts_of.facts["gone"]) == ("businesses.merged", str(other.pk))
    assert "Nothing looks like it is there twice" in bao.get(DOUBLES).content.decode()


@pytest.mark.django_db
def test_merging_is_undone_exactly(bao, pair, at):
    one, other = pair
    seat = Seat.objects.create(
        partner=one.partner, body="Board", role="Chair", business=other, starts_on=at.date()
    )
    before = [picture(each.pk) for each in pair]
    merge(bao, one, other, name="other", owner="other")
    assert picture(one.pk)["record"]["owner_name"] == "Z. Tremblay"

    bao.post(reverse("businesses:undo_merge", args=[Merge.objects.get().pk]))

    assert [picture(each.pk) for each in pair] == before
    seat.refresh_from_db()
    assert seat.business_id == other.pk
    assert not Merge.objects.exists()


@pytest.mark.django_db
def test_undoing_is_refused_where_later_work_would_be_lost(cast, bao, pair, at):
    one, other = pair
    merge(bao, one, other)
    keeping.change(cast.bao.actor(at), one, {"notes": "Called"}, at=at)

    answer = bao.post(reverse("businesses:undo_merge", args=[Merge.objects.get().pk]), follow=True)

    assert "would be lost" in answer.content.decode()
    assert Business.objects.count() == 1
    actions.forget(at=at + timedelta(days=40))
    assert not Merge.objects.exists()


@pytest.mark.django_db
def test_the_contact_confirmed_last_is_suggested(bao, pair, at):
    one, other = pair

    merge(bao, one, other)

    now = picture(one.pk)
    assert now["record"]["owner_name"] == "Z. Tremblay"
    assert now["confirmed"]["owner"] == (at + timedelta(days=1)).isoformat()


@pytest.mark.django_db
def test_two_that_are_two_are_not_suggested_again(bao, pair):
    bao.post(reverse("businesses:are_two", args=[pair[0].pk, pair[1].pk]))

    assert "CAFE ZOE" not in bao.get(DOUBLES).content.decode()
    assert Business.objects.count() == 2


@pytest.mark.django_db
def test_only_who_keeps_the_membership_merges(cast, bao, pair, client):
    one, other = pair
    merge(bao, one, other)
    acts = [
        reverse("businesses:merge", args=[one.pk, other.pk]),
        reverse("businesses:are_two", args=[one.pk, other.pk]),
        reverse("businesses:undo_merge", args=[Merge.objects.get().pk]),
    ]

    for person, expected in ((cast.otto, 404), (cast.join("vic", one.partner, Role.VIEWER), 403)):
        let_in(client, person)
        assert client.get(DOUBLES).status_code == expected
        assert {client.post(act).status_code for act in acts} == {expected}


@pytest.mark.django_db
def test_one_cannot_be_merged_with_itself_or_with_what_is_not_there(cast, bao, pair, at):
    keeping.archive(cast.bao.actor(at), pair[1], at=at)

    for other in (pair[0], pair[1]):
        assert bao.get(reverse("businesses:merge", args=[pair[0].pk, other.pk])).status_code == 404


@pytest.mark.django_db
def test_a_thousand_businesses_are_compared_in_few_statements(cast, bao, at, django_assert_max_num_queries):
    many(cast.bao.partner, 1000, at)
    business(cast.bao, at, **{**CAFE, "name": "Shop 00001", "address": "1 Bay St"})

    with django_assert_max_num_queries(25):
        page = bao.get(DOUBLES)
    assert page.context["found"].count == 1
