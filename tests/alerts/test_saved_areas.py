"""Areas: pasted as GeoJSON, saved under a name in versions, taken in the composer. Through HTTP."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions
from cityalert.alerts.areas import SavedArea
from cityalert.audit.queries import timelines
from tests.alerts.pages import HTMX, typed, url
from tests.alerts.test_templates import now
from tests.alerts.writing import draft, published
from tests.cast import DOWNTOWN, FAR_AWAY, Cast, rectangle
from tests.door import let_in

RING = DOWNTOWN["shapes"][0]["coordinates"][0]


def test_an_area_is_saved_changed_taken_and_retired(avery: Client, cast: Cast, at):
    alert, wide = draft(cast.avery, at), rectangle(-79.40, 43.64, -79.37, 43.66)
    said = avery.post(url("save_area", alert), typed(alert, area_name="The core"), headers=HTMX)
    avery.post(
        url("save_area", alert),
        typed(alert, area_name="the CORE", shapes=json.dumps(wide), **now(alert)),
        headers=HTMX,
    )
    saved = SavedArea.objects.get(ended_at=None)
    other = draft(cast.avery, at)
    taken = avery.post(
        url("area", other), typed(other, saved_area=saved.key, area_desc="", **now(other)), headers=HTMX
    ).content.decode()
    other.refresh_from_db()
    drawn_anew = typed(other, shapes=json.dumps(FAR_AWAY), **now(other))
    was = other.saved_area
    avery.post(url("preview", other), drawn_anew, headers=HTMX)
    other.refresh_from_db()
    page = avery.get(reverse("alerts:areas")).content.decode()
    avery.post(reverse("alerts:retire_area", args=[saved.key]))

    assert "Saved: “The core”, version 1." in said.content.decode()
    assert (saved.number, saved.name) == (2, "the CORE")
    assert "data-shapes=" in taken
    assert "King and Bay" in taken  # the place in words comes with it
    assert was == saved
    assert other.saved_area is None  # drawn by hand since
    assert "the CORE" in page
    verbs = [entry.verb for entry in timelines("savedarea", [saved.key])[saved.key]]
    assert verbs == ["area.saved", "area.saved", "area.retired"]
    assert not SavedArea.objects.filter(ended_at=None).exists()


def test_the_version_of_the_area_is_shown_on_the_alert(avery: Client, cast: Cast, at):
    saved = actions.save_area(cast.avery.actor(at), "The core", draft(cast.avery, at), at=at)

    alert = published(cast.avery, at, saved_area=saved)

    assert "The core, version 1" in avery.get(url("detail", alert)).content.decode()


@pytest.mark.parametrize("name", ["", " \u202e ", "x" * 81])
def test_an_area_without_a_usable_name_is_not_saved(avery: Client, cast: Cast, at, name):
    alert = draft(cast.avery, at)

    answer = avery.post(url("save_area", alert), typed(alert, area_name=name), headers=HTMX)

    assert answer.status_code == 422
    assert "Give the area a name" in answer.content.decode()
    assert not SavedArea.objects.exists()


def test_otto_finds_none_of_it(cast: Cast, at):
    saved = actions.save_area(cast.avery.actor(at), "The core", draft(cast.avery, at), at=at)
    otto, bao = let_in(Client(), cast.otto), let_in(Client(), cast.bao)

    for client in (otto, bao):
        assert client.get(reverse("alerts:areas")).status_code == 404
        assert client.post(reverse("alerts:retire_area", args=[saved.key])).status_code == 404
    saved.refresh_from_db()
    assert saved.ended_at is None


def feature(geometry: dict) -> dict:
    return {"type": "Feature", "properties": {"name": "x"}, "geometry": geometry}


POLYGON = {"type": "Polygon", "coordinates": [RING]}


@pytest.mark.parametrize(
    "value",
    [
        POLYGON,
        feature(POLYGON),
        {"type": "FeatureCollection", "features": [feature(POLYGON)]},
        {"type": "GeometryCollection", "geometries": [POLYGON]},
        {"type": "Polygon", "coordinates": [[[*point, 76.5] for point in RING]]},
    ],
)
def test_geojson_in_the_field_is_an_area(avery: Client, cast: Cast, at, value):
    alert = draft(cast.avery, at, shapes=FAR_AWAY)

    answer = avery.post(url("preview", alert), typed(alert, shapes=json.dumps(value)), headers=HTMX)

    assert answer.status_code == 200
    alert.refresh_from_db()
    assert alert.shapes == DOWNTOWN


@pytest.mark.parametrize(
    ("ring", "sentence"),
    [
        (RING[:-1], "The outline is not closed"),
        ([point[::-1] for point in RING], "Latitude and longitude seem to be swapped"),
        ([RING[0], RING[2], RING[1], RING[3], RING[0]], "The outline crosses itself"),
        ([[179, 43], [-179, 43], [-179, 44], [179, 44], [179, 43]], "wider than a city"),
        ([[-79.38 + n / 1e6, 43.65] for n in range(50_001)], "too many points"),
        (
            [[-79.5, 43.5], [-79.3, 43.5], [-79.3, 43.7], [-79.5, 43.7], [-79.5, 43.5]],
            "outside the area where you may",
        ),
    ],
)
def test_what_is_wrong_with_an_area_is_said_and_shown(avery: Client, cast: Cast, at, ring, sentence):
    alert = draft(cast.avery, at)

    page = avery.post(
        url("preview", alert),
        typed(alert, shapes=json.dumps({"type": "Polygon", "coordinates": [ring]})),
        headers=HTMX,
    ).content.decode()

    assert sentence in page
    if "many" not in sentence and "wider" not in sentence:
        assert 'data-fault-at="-' in page or 'data-fault-at="4' in page


def test_a_large_share_of_the_city_is_named(avery: Client, cast: Cast, at):
    whole = json.dumps(rectangle(-79.6, 43.6, -79.2, 43.8))
    alert = draft(cast.avery, at)

    page = avery.post(
        url("preview", alert), typed(alert, shapes=whole, scope="Public", tlp="CLEAR"), headers=HTMX
    ).content.decode()

    assert "% of the city" in page
    assert "It takes 3 people to send this." in page
