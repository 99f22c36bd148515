"""Who is unreachable: nobody with a number or an address that works. In the list, on the board, and to take away."""

import pytest
from django.urls import reverse

from cityalert.businesses.cascading import reachable
from cityalert.businesses.models import Contact, Seat
from cityalert.lib.tables import read
from cityalert.subscriptions.models import ContactPoint
from tests.businesses.bia import business

pytestmark = pytest.mark.django_db
TABLE = reverse("businesses:list")


@pytest.fixture
def shops(cast, at):
    """One that can be reached, one without any way, one that said STOP, one of whose two ways one is gone."""
    shops = {
        name: business(cast.bao, at, name=name, address="", owner_phone=phone, owner_email=email)
        for name, phone, email in (
            ("Fine", "416-555-0101", ""),
            ("Nameless", "", ""),
            ("Stopped", "416-555-0102", ""),
            ("Half", "416-555-0103", "half@shop.example"),
        )
    }
    reachable.ensure(list(Contact.objects.all()), at=at)
    ContactPoint.objects.filter(address="+14165550102").update(stopped_at=at)
    ContactPoint.objects.filter(address="half@shop.example").update(gone_at=at)
    return shops


def unreachable(client):
    return {line.business.name for line in client.get(TABLE, {"reach": "nobody"}).context["page"].lines}


def test_they_are_listed_with_the_reason_and_can_be_taken_away(bao, shops):
    assert unreachable(bao) == {"Nameless", "Stopped"}
    page = bao.get(TABLE, {"reach": "nobody"}).content.decode()
    assert "no number and no address" in page
    assert "said STOP" in page
    assert bao.get(TABLE).context["figures"]["unreachable"] == 2

    file = bao.get(reverse("businesses:csv"), {"reach": "nobody"}).content
    assert {row.cells["Name"] for row in read(file).rows} == {"Nameless", "Stopped"}
    assert "said STOP" in bao.get(reverse("businesses:detail", args=[shops["Stopped"].pk])).content.decode()


def test_the_last_way_that_ends_makes_the_difference(bao, shops, at):
    ContactPoint.objects.filter(address="+14165550103").update(gone_at=at)

    assert unreachable(bao) == {"Nameless", "Stopped", "Half"}


def test_the_board_page_counts_seats_nobody_answers_for(bao, shops, at):
    for shop in ("Fine", "Stopped", "Nameless"):
        Seat.objects.create(
            partner=shops[shop].partner, body="Board", role=shop, business=shops[shop], starts_on=at.date()
        )

    page = bao.get(reverse("businesses:board"))

    assert [body.silent for body in page.context["bodies"]] == [2]
    assert page.context["figures"]["unreachable"] == 2
