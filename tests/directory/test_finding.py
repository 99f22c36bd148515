"""Partners find one another, by name, place and function."""

import pytest

from cityalert.directory import search
from cityalert.directory.models import Lookup
from cityalert.directory.search import fold
from partners.models import Partner
from tests.directory.asking import SEARCH, found
from tests.door import let_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crossing")]


@pytest.mark.parametrize("typed", ["King Bay Tower", "king bay", "KING-BAY", "kng bay towr", "bay tower"])
def test_a_partner_is_found_as_people_type_it(desk, typed):
    assert "King Bay Tower" in found(desk, q=typed)


def test_accents_are_not_needed_and_do_no_harm(desk, cast):
    Partner.objects.create(kind="venue", name="Théâtre Élysée", short_name="Élysée")

    assert "Théâtre Élysée" in found(desk, q="theatre elysee")
    assert "Théâtre Élysée" in found(desk, q="Théâtre élysée")


def test_what_is_not_like_it_is_not_found(desk):
    said = found(desk, q="hospital")

    assert "King Bay Tower" not in said
    assert "Nobody was found" in said


@pytest.mark.parametrize(
    "asked", [{"near": "king and bay"}, {"q": "who is on duty near King and Bay?"}, {"q": "near king & bay"}]
)
def test_whoever_is_near_a_place_is_found_with_the_distance(desk, asked):
    said = found(desk, **asked)

    assert "King Bay Tower" in said
    assert "Rouge Valley Mall" not in said
    assert " m</span>" in said


def test_on_call_are_those_whose_people_are_told_first(desk, cast):
    cast.corin.membership.call_order = 2
    cast.corin.membership.save()

    assert "King Bay Tower" not in found(desk, near="king and bay", on_call="on")
    assert "King Bay Tower" in found(desk, near="king and bay")


def test_kind_and_sector_narrow_and_are_no_question_by_themselves(desk, cast):
    Partner.objects.filter(pk=cast.corin.partner.pk).update(sector="office")

    assert "King Bay Tower" in found(desk, q="bay", kind="corporate", sector="office")
    assert "King Bay Tower" not in found(desk, q="bay", kind="school")
    assert "at least three letters" in found(desk, kind="corporate")


@pytest.mark.parametrize("typed", ["ki", "%", "a b", "___", "%%%"])
def test_too_little_is_refused_counted_and_kept_in_the_box(desk, typed):
    answer = desk.get(SEARCH, {"q": typed})

    assert answer.status_code == 422
    assert Lookup.objects.get().found == 0
    assert "at least three letters" in answer.content.decode()


def test_a_place_nobody_knows_is_said_and_costs_nothing(desk):
    answer = desk.get(SEARCH, {"near": "12 Nowhere Lane"})

    assert answer.status_code == 422
    assert "not found" in answer.content.decode()
    assert not Lookup.objects.exists()


def test_the_empty_page_looks_for_nobody(desk):
    said = found(desk)

    assert "Whom do you look for?" in said
    assert not Lookup.objects.exists()
    assert "King Bay Tower" not in said


def test_whoever_acts_for_nobody_finds_nothing(client, cast):
    cast.vera.membership.is_active = False
    cast.vera.membership.save()
    let_in(client, cast.vera)

    assert client.get(SEARCH, {"q": "king bay"}).status_code == 404
    assert not Lookup.objects.exists()


def test_the_same_words_are_folded_alike_on_both_sides(db):
    from django.db import connection

    for name in ("Théâtre Élysée", "St. Lawrence Market", "Noël-Ørsted"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT directory_fold(%s)", [name])
            there = " ".join(cursor.fetchone()[0].split())
        assert there == fold(name) or "ø" in name.lower()


def test_a_search_is_a_handful_of_statements(desk, django_assert_max_num_queries):
    Partner.objects.bulk_create(
        Partner(kind="venue", name=f"Harbour Hall {n}", short_name="H") for n in range(60)
    )
    found(desk, q="harbour")
    with django_assert_max_num_queries(30):
        found(desk, q="harbour")
    assert search.PAGE == 20
