"""The rules of an area: what is taken, what is refused, and with which sentence."""

import json
from contextlib import suppress
from itertools import pairwise
from math import inf, nan
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from cityalert.geo import shapes
from cityalert.geo.metres import area_km2, circle_ring, distance_m, size_m
from cityalert.geo.shapes import ShapeRefused

BLOCK = [[-79.384, 43.647], [-79.378, 43.647], [-79.378, 43.651], [-79.384, 43.651], [-79.384, 43.647]]
HOLE = [[-79.382, 43.648], [-79.382, 43.650], [-79.380, 43.650], [-79.380, 43.648], [-79.382, 43.648]]
CITY = MultiPolygon(Polygon.from_bbox((-79.64, 43.55, -79.11, 43.86)), srid=4326)


def value(*drawn: Any, zones: Any = ()) -> dict[str, Any]:
    return {"shapes": list(drawn), "zones": list(zones)}


def drawn(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def circle(lon: Any = -79.38, lat: Any = 43.65, radius_m: Any = 300) -> dict[str, Any]:
    return {"type": "Circle", "center": [lon, lat], "radius_m": radius_m}


def refusal(given_value: object, zones: Any = None) -> ShapeRefused:
    with pytest.raises(ShapeRefused) as caught:
        shapes.parse(given_value, zones=zones or {})
    assert caught.value.status == 422
    assert caught.value.field == "area"
    assert str(caught.value)
    return caught.value


def test_a_drawn_block_is_taken_as_it_was_drawn():
    area = shapes.parse(value(drawn(BLOCK)), zones={})

    assert area.geometry.srid == 4326
    assert area.geometry.geom_type == "MultiPolygon"
    assert area.km2 == pytest.approx(0.484 * 0.444, rel=0.01)
    assert area.shapes == value(drawn(BLOCK))


def test_what_comes_out_goes_in_again():
    area = shapes.parse(json.dumps(value(drawn(BLOCK, HOLE), circle())), zones={})

    again = shapes.parse(area.shapes, zones={})

    assert again.geometry.equals(area.geometry)
    assert again.shapes == area.shapes


def test_heights_are_dropped():
    area = shapes.parse(value(drawn([[*point, 76.5] for point in BLOCK])), zones={})

    assert not area.geometry.hasz
    assert area.shapes == value(drawn(BLOCK))


def test_a_hole_is_left_out():
    whole = shapes.parse(value(drawn(BLOCK)), zones={})
    holed = shapes.parse(value(drawn(BLOCK, HOLE)), zones={})

    assert holed.km2 < whole.km2
    assert not holed.geometry.contains(GEOSGeometry("SRID=4326;POINT(-79.381 43.649)"))


def test_shapes_and_zones_become_one_area():
    zone = uuid4()
    beside = Polygon.from_bbox((-79.378, 43.647, -79.372, 43.651))

    area = shapes.parse(value(drawn(BLOCK), zones=[str(zone), str(zone)]), zones={zone: beside})

    assert len(area.geometry) == 1
    assert area.km2 == pytest.approx(2 * 0.484 * 0.444, rel=0.01)
    assert area.shapes["zones"] == [str(zone)]


def test_zones_alone_are_an_area():
    zone = uuid4()
    area = shapes.parse(value(zones=[str(zone)]), zones={zone: CITY})

    assert area.geometry.equals(CITY)


@pytest.mark.parametrize(
    "nothing", [None, "", "{}", "null", {}, value(), {"shapes": None}, {"zones": []}, value(drawn())]
)
def test_a_missing_area_is_refused_never_everyone(nothing):
    assert refusal(nothing).sentence == shapes.EMPTY


@pytest.mark.parametrize(
    ("ring", "sentence"),
    [
        (BLOCK[:-1], shapes.UNCLOSED),
        ([], shapes.EMPTY),
        ([BLOCK[0]], shapes.TOO_FEW),
        ([BLOCK[0], BLOCK[1], BLOCK[0]], shapes.TOO_FEW),
        ([BLOCK[0]] * 6, shapes.TOO_FEW),
        ([[-79.38, 43.65], [-79.37, 43.65], [-79.36, 43.65], [-79.38, 43.65]], shapes.FLAT),
        ([[-79.38, 43.65], [-79.38 + 1e-9, 43.65], [-79.38, 43.65 + 1e-9], [-79.38, 43.65]], shapes.FLAT),
        ([BLOCK[0], BLOCK[2], BLOCK[1], BLOCK[3], BLOCK[0]], shapes.CROSSING),
        ([[*BLOCK[0][:1], nan], *BLOCK[1:]], shapes.NOT_A_POINT),
        ([[inf, 43.6], *BLOCK[1:]], shapes.NOT_A_POINT),
        ([["-79.38", "43.65"], *BLOCK[1:]], shapes.NOT_A_POINT),
        ([[True, False], *BLOCK[1:]], shapes.NOT_A_POINT),
        ([[-79.38], *BLOCK[1:]], shapes.NOT_A_POINT),
        ([10**400, *BLOCK[1:]], shapes.NOT_A_POINT),
        ([[10**400, 1], *BLOCK[1:]], shapes.OFF_THE_MAP),
        ([[-79.38, 200], *BLOCK[1:]], shapes.OFF_THE_MAP),
        ([[49.2, -123.1], [49.3, -123.1], [49.3, -123.0], [49.2, -123.1]], shapes.SWAPPED),
        ([[-80, 43], [-70, 43], [-70, 44], [-80, 43]], shapes.TOO_WIDE),
        ("ring", shapes.UNREADABLE),
    ],
)
def test_a_bad_ring_gets_its_sentence(ring, sentence):
    assert refusal(value(drawn(ring))).sentence == sentence


def test_a_crossing_says_where():
    bow = [[-79.384, 43.647], [-79.378, 43.651], [-79.378, 43.647], [-79.384, 43.651], [-79.384, 43.647]]

    assert refusal(value(drawn(bow))).detail == {"at": [-79.381, 43.649]}


def test_an_open_outline_says_where():
    assert refusal(value(drawn(BLOCK[:-1]))).detail == {"at": BLOCK[3]}


@pytest.mark.parametrize(
    "hole",
    [
        [[-79.30, 43.648], [-79.30, 43.650], [-79.29, 43.650], [-79.30, 43.648]],
        [[-79.382, 43.648], [-79.382, 43.650], [-79.30, 43.650], [-79.382, 43.648]],
    ],
)
def test_a_hole_outside_its_outline_is_refused(hole):
    assert refusal(value(drawn(BLOCK, hole))).sentence in {shapes.BAD_HOLE, shapes.CROSSING}


@pytest.mark.parametrize("radius", [None, "300", -1, 0, 9.9, 50_001, nan, inf, True, [300], 10**400])
def test_a_bad_radius_gets_its_sentence(radius):
    assert refusal(value(circle(radius_m=radius))).sentence == shapes.BAD_RADIUS


@pytest.mark.parametrize("shape", [None, "Circle", 7, [], {"type": "Point"}, {"type": ["Polygon"]}, {}])
def test_only_polygons_and_circles_are_shapes(shape):
    refusal(value(shape))


@pytest.mark.parametrize("zone", ["", "x", None, 7, [], {}, "91330987-71ec-435d-a766-d05506ac6a05"])
def test_an_unknown_zone_is_refused(zone):
    assert refusal(value(drawn(BLOCK), zones=[zone])).sentence == shapes.UNKNOWN_ZONE


@pytest.mark.parametrize(
    "text", ["{", "[" * 100_000, '{"shapes":[[[', "\ud800", "9" * 5_000, "NaN", "[]", '"a"', "7"]
)
def test_text_that_is_no_area_is_refused(text):
    refusal(text)


def test_a_megabyte_is_refused_unread():
    assert refusal(" " * (shapes.MAX_BYTES + 1) + "{}").sentence == shapes.TOO_MUCH


def test_fifty_thousand_points_are_refused_before_they_are_looked_at():
    ring = [[-79.4 + i * 1e-6, "never read"] for i in range(shapes.MAX_POINTS)]

    assert refusal(value(drawn(ring))).sentence == shapes.TOO_MUCH


def test_a_thousand_circles_are_too_many_points():
    assert refusal(value(*[circle()] * 1000)).sentence == shapes.TOO_MUCH


def test_a_detailed_outline_is_simplified_when_nobody_would_see_the_difference():
    ring = circle_ring((-79.38, 43.65), 2000)
    dense = [
        (a[0] + (b[0] - a[0]) * i / 100, a[1] + (b[1] - a[1]) * i / 100)
        for a, b in pairwise(ring)
        for i in range(100)
    ]

    area = shapes.parse(value(drawn([*dense, dense[0]])), zones={})

    assert area.geometry.num_coords <= shapes.MAX_STORED_POINTS
    assert area.km2 == pytest.approx(area_km2(Polygon(ring)), rel=1e-4)


def test_too_much_detail_is_refused():
    teeth = [(-79.4 + i * 1e-5, 43.65 + 0.001 * (i % 2)) for i in range(6_000)]

    assert (
        refusal(value(drawn([*teeth, (-79.34, 43.6), (-79.4, 43.6), teeth[0]]))).sentence
        == shapes.TOO_DETAILED
    )


def test_an_area_inside_the_jurisdiction_may_be_alerted():
    shapes.within(shapes.parse(value(drawn(BLOCK)), zones={}), CITY)
    shapes.within(shapes.parse(value(zones=[str(zone := uuid4())]), zones={zone: CITY}), CITY)


def test_an_area_partly_outside_says_where():
    with pytest.raises(ShapeRefused) as caught:
        shapes.within(shapes.parse(value(circle(-79.12, 43.8, 5000)), zones={}), CITY)

    assert caught.value.sentence == shapes.OUTSIDE
    assert caught.value.detail["at"][0] > -79.11


def test_swapped_coordinates_are_recognised():
    swapped = [[lat, lon] for lon, lat in BLOCK]

    with pytest.raises(ShapeRefused) as caught:
        shapes.within(shapes.parse(value(drawn(swapped)), zones={}), CITY)

    assert caught.value.sentence == shapes.SWAPPED


@pytest.mark.parametrize("nowhere", [None, MultiPolygon(srid=4326)])
def test_without_a_jurisdiction_nobody_may_be_alerted(nowhere):
    with pytest.raises(ShapeRefused) as caught:
        shapes.within(shapes.parse(value(drawn(BLOCK)), zones={}), nowhere)

    assert caught.value.sentence == shapes.NOWHERE


def test_sentences_wait_for_the_reader_s_language():
    refused = refusal(None)
    with translation.override("fr"):
        assert str(refused.sentence)
    assert not isinstance(refused.sentence, str)


@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-70, 70),
    radius=st.floats(shapes.MIN_RADIUS_M, shapes.MAX_RADIUS_M),
)
def test_every_corner_of_a_circle_is_its_radius_away(lon, lat, radius):
    ring = circle_ring((lon, lat), radius)

    assert ring[0] == ring[-1]
    assert all(distance_m((lon, lat), corner) == pytest.approx(radius, rel=0.005) for corner in ring)


@given(lon=st.floats(-170, 170), lat=st.floats(-70, 70), radius=st.floats(10, 50_000))
def test_a_circle_covers_what_a_circle_covers(lon, lat, radius):
    polygon = shapes.circle((lon, lat), radius)
    width, height = size_m(polygon)

    # 64 corners lie on the circle, so 0.16 % of it is cut off.
    assert area_km2(polygon) == pytest.approx(3.14159265 * radius**2 / 1e6, rel=0.005)
    assert (width, height) == (pytest.approx(2 * radius, rel=0.01), pytest.approx(2 * radius, rel=0.01))


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=30,
)
coordinate = st.floats(-200, 200) | st.floats(43.6, 43.7) | st.floats(-79.5, -79.3) | anything
position = st.lists(coordinate, min_size=1, max_size=4) | anything
rings = st.lists(st.lists(position, max_size=8).map(lambda r: r + r[:1]) | anything, max_size=3) | anything
shape_like = (
    st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": rings})
    | st.fixed_dictionaries({"type": st.just("Circle"), "center": position, "radius_m": coordinate})
    | anything
)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({"shapes": st.lists(shape_like, max_size=3) | anything, "zones": anything})
    | anything
)
def test_whatever_is_sent_is_an_area_or_a_sentence(sent):
    for form in (sent, json.dumps(sent)):
        with suppress(ShapeRefused):
            area = shapes.parse(form, zones={})
            assert area.geometry.valid
            assert area.km2 > 0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-79.5, -79.3), st.floats(43.6, 43.8)), min_size=3, max_size=7).map(
        lambda r: [*r, r[0]]
    )
)
def test_any_outline_is_usable_or_refused(ring):
    with suppress(ShapeRefused):
        area = shapes.parse(value(drawn(ring)), zones={})
        assert area.geometry.valid
        shapes.within(area, CITY)
