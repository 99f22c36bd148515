"""Otto watches his home: what is public and touches it he hears, and nothing that is not for him."""

import json

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from cityalert.delivery.models import Recipient
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place
from tests.alerts.writing import public, published
from tests.cast import FAR_AWAY
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:places")
CORNER = "King St W and Bay St"


def circle(lon, metres):
    return {"type": "Circle", "center": [lon, 43.65], "radius_m": metres}


def hears(person, alert):
    own = Recipient.objects.filter(notice=alert.notice_id, subscriber=person.subscriber)
    return own.values_list("because", flat=True).first()


def test_a_member_hears_what_is_public_where_they_live_and_nothing_else(cast, at):
    Place.objects.create(name=CORNER, search=fold(CORNER), location=Point(-79.3806, 43.6485, srid=4326))
    otto = let_in(Client(), cast.otto)
    typed = {"where_1": "Nowhere at all", "label_1": "Home", "metres_1": "800"}
    refused = otto.post(PAGE, typed)
    assert refused.status_code == 422
    assert "Nothing of that name is known" in refused.content.decode()
    assert 'value="Nowhere at all"' in refused.content.decode()

    page = otto.post(PAGE, {**typed, "where_1": CORNER}, follow=True).content.decode()
    assert f"{CORNER}, 800 m" in page
    assert hears(cast.otto, public(cast.avery, cast.sam, at)) == "area:Home"
    assert hears(cast.otto, public(cast.avery, cast.sam, at, audience_kinds=["venue"])) == "area:Home"
    assert hears(cast.otto, published(cast.avery, at, audience_kinds=["venue"])) is None
    otto.post(PAGE, {"topics": ["2"]})
    assert cast.otto.subscriber.watch_areas.get().topics == 2
    assert hears(cast.otto, public(cast.avery, cast.sam, at, event="roadClose", severity=2)) is None

    mine = cast.otto.subscriber.watch_areas.get().pk
    assert (
        let_in(Client(), cast.corin).post(reverse("preferences:drop_place", args=[mine])).status_code == 404
    )
    otto.post(reverse("preferences:drop_place", args=[mine]))
    assert hears(cast.otto, public(cast.avery, cast.sam, at)) is None


def test_a_place_is_drawn_or_is_ones_own_site(cast, at):
    corin = let_in(Client(), cast.corin)
    form = corin.get(PAGE).content.decode()
    assert "<area-editor" in form
    assert "King Bay Tower" in form
    far = {"drawn": json.dumps(FAR_AWAY), "drawn_label": "My mother"}

    page = corin.post(PAGE, {**far, "site": str(cast.corin.site.pk), "site_metres": "300"}, follow=True)

    assert {(one.label, one.about) for one in cast.corin.subscriber.watch_areas.all()} == {
        ("King Bay Tower", "King Bay Tower, 300 m"), ("My mother", "Drawn on the map, 10.72 km²"),
    }  # fmt: skip
    assert "My mother" in page.content.decode()
    theirs = public(cast.avery, cast.sam, at, shapes=FAR_AWAY)
    assert hears(cast.corin, theirs) == "area:My mother"


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ("{", "could not be read"),
        (json.dumps({"shapes": [circle(-79.38, 1)]}), "between 10 m"),
        (json.dumps({"shapes": [circle(-79.38 + n / 500, 90) for n in range(9)]}), "at most 200"),
        (json.dumps({"shapes": [], "zones": []}), "Name at least one place"),
        ("", "Name at least one place"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_place_is_refused_and_stays_on_the_page(cast, drawn, said):
    corin = let_in(Client(), cast.corin)

    answer = corin.post(PAGE, {"drawn": drawn, "drawn_label": "Home", "site": "", "where_1": ""})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="Home"' in answer.content.decode()
    assert corin.post(PAGE, {"site": str(cast.otto.site.pk)}).status_code == 422
    assert not cast.corin.subscriber.watch_areas.exists()
