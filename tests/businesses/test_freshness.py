"""How sure a contact is: the rule in Python and in SQL say the same."""

from datetime import timedelta

import pytest

from cityalert.businesses import freshness
from cityalert.businesses.freshness import Level
from cityalert.businesses.models import Business, Contact
from tests.businesses.bia import business, many

pytestmark = pytest.mark.django_db

AGES = (0, 1, 181, 182, 183, 300, 456, 729, 730, 731, 4000)


@pytest.mark.parametrize(("days", "score"), [(0, 100), (182, 100), (456, 50), (730, 0), (4000, 0)])
def test_it_is_full_for_half_a_year_and_gone_after_two(days, score, at):
    assert freshness.of_contact(at - timedelta(days=days), is_reachable=True, at=at) == score


def test_one_never_confirmed_or_without_a_number_is_worth_nothing(at):
    assert freshness.of_contact(None, is_reachable=True, at=at) == 0
    assert freshness.of_contact(at, is_reachable=False, at=at) == 0


def test_a_business_is_asked_for_three_functions(cast, at):
    one = business(cast.bao, at)
    assert freshness.of_business(one.contacts.all(), at=at) == 33

    Contact.objects.create(
        partner=one.partner, business=one, function="security", phone="+14165550124", confirmed_at=at
    )
    assert freshness.of_business(one.contacts.all(), at=at) == 33

    for function in ("manager", "after_hours"):
        Contact.objects.create(
            partner=one.partner, business=one, function=function, phone="+14165550125", confirmed_at=at
        )
    assert freshness.of_business(one.contacts.all(), at=at) == 100


def test_sql_says_the_same(cast, at):
    shops = many(cast.bao.partner, len(AGES) + 2, at)
    for shop, days in zip(shops, AGES, strict=False):
        for function in ("manager", "owner"):
            Contact.objects.update_or_create(
                partner=shop.partner, business=shop, function=function,
                defaults={"phone": "+14165550123", "confirmed_at": at - timedelta(days=days, seconds=1)},
            )  # fmt: skip
    Contact.objects.filter(business=shops[-1]).delete()
    Contact.objects.filter(business=shops[-2]).update(phone="", name="Nobody's number")

    for shop in Business.objects.annotate(score=freshness.in_sql(at)).prefetch_related("contacts"):
        assert shop.score == freshness.of_business(shop.contacts.all(), at=at)


def test_every_score_has_one_level():
    for score in range(101):
        assert [one for one in Level if freshness.bounds(one)[0] <= score < freshness.bounds(one)[1]] == [
            freshness.level(score)
        ]
