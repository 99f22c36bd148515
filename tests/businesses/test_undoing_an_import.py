"""The last import is undone exactly, and never over what somebody did since."""

import pytest
from django.urls import reverse

from cityalert.businesses import actions as keeping
from cityalert.businesses.models import Business, Change, Import, Seat
from tests.businesses.bia import business
from tests.businesses.bringing import HEADER, LIST, bring, pictures

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("name", ["Café Zoé", "Bay Books"], ids=["changed", "new"])
def test_undo_is_refused_where_later_work_would_be_lost_and_names_it(cast, bao, at, name):
    business(cast.bao, at, levy_class="Retail")
    bring(bao, LIST)
    keeping.change(cast.bao.actor(at), Business.objects.get(name=name), {"notes": "Called"}, at=at)

    answer = bao.post(reverse("businesses:undo", args=[Import.objects.get().pk]))

    assert answer.status_code == 409
    assert name in answer.content.decode()
    assert (Business.objects.count(), Business.objects.get(name=name).notes) == (2, "Called")


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
