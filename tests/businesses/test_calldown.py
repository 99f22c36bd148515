"""The list one calls from when nothing else works: on paper, street by street."""

import pytest
from django.urls import reverse

from cityalert.businesses import calldown
from tests.businesses.bia import business, many
from tests.door import let_in

pytestmark = pytest.mark.django_db
PDF = reverse("businesses:call_down")


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("100 King St W", "King St W"),
        ("100A King St W, unit 3", "King St W"),
        ("12-14 Bay St", "Bay St"),
        ("Union Station", "Union Station"),
        ("", ""),
    ],
)
def test_the_street_of_an_address(address, street):
    assert calldown.street_of(address) == street


def test_it_goes_along_the_street_and_names_each_tag(cast, at):
    for number in (100, 20, 3):
        business(cast.bao, at, name=f"At {number}", address=f"{number} King St W")
    shops = [*cast.bao.partner.businesses.all()]

    assert [one.name for one in calldown.grouped(shops, "street")["King St W"]] == ["At 3", "At 20", "At 100"]
    assert set(calldown.grouped(shops, "tag")) == {"food", "patio"}


@pytest.mark.parametrize(
    "query", [{}, {"group": "tag", "paper": "a4"}, {"group": "?", "paper": "?"}, {"q": "nothing"}]
)
def test_bao_prints_it(cast, client, at, query):
    business(cast.bao, at, name="Café <b>Zoé</b> & 茶", owner_name="L'Œuvre", owner_phone="416-555-0123")
    many(cast.bao.partner, 80, at)

    answer = let_in(client, cast.bao).get(PDF, query)

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_accents_are_printed_and_unknown_signs_marked():
    calldown._fonts()

    assert calldown._known("Café Zoé, Œuvre, Bélanger 茶") == "Café Zoé, Œuvre, Bélanger ?"


def test_otto_gets_none(cast, client):
    assert let_in(client, cast.otto).get(PDF).status_code == 404
