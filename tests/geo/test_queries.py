"""Zones and places as the area editor asks for them, and whether PostGIS agrees with our metres."""

import json
from uuid import uuid4

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection
from django.urls import reverse

from cityalert.geo import queries, shapes
from cityalert.geo.gazetteer import fold
from cityalert.geo.metres import area_km2, circle_ring, distance_m
from cityalert.geo.models import Place, Zone

pytestmark = pytest.mark.django_db


def zone(name: str, kind: Zone.Kind = Zone.Kind.BIA, name_fr: str = "") -> Zone:
    area = MultiPolygon(shapes.circle((-79.38, 43.65), 500), srid=4326)
    return Zone.objects.create(kind=kind, name=name, name_fr=name_fr, area=area, is_schematic=True)


def places(*names: str) -> None:
    for name in names:
        Place.objects.create(name=name, search=fold(name), location=Point(-79.38, 43.65))


def test_zones_come_as_one_collection():
    zone("Chinatown", name_fr="Quartier chinois")
    zone("52 Division", Zone.Kind.DIVISION)

    collection = json.loads(queries.zones_geojson())

    assert [f["properties"]["name"] for f in collection["features"]] == ["Chinatown", "52 Division"]
    assert [f["properties"]["name_fr"] for f in collection["features"]] == ["Quartier chinois", "52 Division"]
    assert collection["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_zones_of_one_kind():
    zone("Chinatown")
    zone("52 Division", Zone.Kind.DIVISION)

    assert len(json.loads(queries.zones_geojson("division"))["features"]) == 1
    assert json.loads(queries.zones_geojson("castle"))["features"] == []


def test_an_area_of_zones_is_looked_up():
    one = zone("Chinatown")

    assert queries.area_of({"zones": [str(one.pk)]}).geometry.equals(one.area)
    with pytest.raises(shapes.ShapeRefused) as caught:
        queries.area_of({"zones": [str(uuid4())]})
    assert caught.value.sentence == shapes.UNKNOWN_ZONE


@pytest.mark.parametrize(
    "typed", ["king", "King & Bay", "bay and king", "KING ST W at bay", "Ki", "bay st kin", "King/Bay"]
)
def test_a_crossing_is_found_however_it_is_typed(typed):
    places("King St W & Bay St", "Queen St W & Spadina Ave", "Café Métropole")

    assert [p.name for p in queries.find_places(typed)] == ["King St W & Bay St"]


def test_accents_do_not_matter():
    places("Café Métropole")

    assert queries.find_places("cafe metro")
    assert queries.find_places("CAFÉ")


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "\x00", "&&&", "zzz"])
def test_what_names_nothing_finds_nothing(typed):
    places("King St W & Bay St")

    assert queries.find_places(typed) == []


def test_names_that_begin_so_come_first():
    places("Old Union Hall", "Union Station")

    assert [p.name for p in queries.find_places("union")] == ["Union Station", "Old Union Hall"]


def test_postgis_agrees_with_our_metres():
    center, ring = (-79.38, 43.65), circle_ring((-79.38, 43.65), 20_000)
    polygon = shapes.circle(center, 20_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(%s::geography),"
            " ST_Distance(ST_Point(%s, %s)::geography, ST_Point(%s, %s)::geography)",
            [polygon.ewkt, *center, *ring[5]],
        )
        area, distance = cursor.fetchone()

    assert area_km2(polygon) == pytest.approx(area / 1e6, rel=1e-3)
    assert distance_m(center, ring[5]) == pytest.approx(distance, rel=1e-3)
    assert distance == pytest.approx(20_000, rel=1e-3)


def test_a_stored_union_is_valid_to_postgis():
    drawn = [{"type": "Circle", "center": [-79.38 + i / 500, 43.65], "radius_m": 400} for i in range(20)]
    stored = Zone.objects.create(
        kind="event", name="Parade", area=queries.area_of({"shapes": drawn}).geometry
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_IsValid(area), ST_AsText(area) FROM geo_zone WHERE id = %s", [stored.pk])
        valid, text = cursor.fetchone()
    assert valid
    assert GEOSGeometry(text, srid=4326).equals(stored.area)


@pytest.mark.parametrize("name", ["geo:zones", "geo:places"])
def test_nobody_reads_them_without_signing_in(client, name):
    assert client.get(reverse(name)).status_code == 302


def test_the_editor_reads_zones_and_places(client, cast):
    places("King St W & Bay St")
    client.force_login(cast.otto.user)

    zones = client.get(reverse("geo:zones"), {"kind": "bia\x00"})
    found = client.get(reverse("geo:places"), {"q": "bay"})

    assert zones["Content-Type"] == "application/geo+json"
    assert len(zones.json()["features"]) == 1
    assert found.json() == [{"name": "King St W & Bay St", "lon": -79.38, "lat": 43.65}]
