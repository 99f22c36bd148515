"""Otto watches his home: what is public and touches it he hears, and nothing that is not for him."""

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from cityalert.delivery.models import Recipient
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place
from tests.alerts.writing import public, published
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:places")
CORNER = "King St W and Bay St"


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
