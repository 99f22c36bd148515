"""CAP says lat,lon and GeoJSON lon,lat: whatever is written is read back the same."""

from contextlib import suppress

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from hypothesis import given, settings
from hypothesis import strategies as st

from cityalert.geo import codec, shapes
from cityalert.geo.metres import area_km2
from cityalert.geo.shapes import ShapeRefused

BLOCK = Polygon.from_bbox((-79.384, 43.647, -79.378, 43.651))

lon = st.floats(-79.6, -79.1)
lat = st.floats(43.6, 43.85)


@st.composite
def areas(draw: st.DrawFn) -> MultiPolygon:
    """Circles in the city, some with a hole, joined."""
    parts = []
    for _n in range(draw(st.integers(1, 3))):
        center, radius = (draw(lon), draw(lat)), draw(st.floats(50, 3000))
        part: GEOSGeometry = shapes.circle(center, radius)
        if draw(st.booleans()):
            part = part.difference(shapes.circle(center, max(10.0, radius / 3)))
        parts.append(part)
    return shapes.polygons_of(MultiPolygon(*parts, srid=4326).unary_union)


def test_cap_says_latitude_first_and_closes_its_ring():
    (text,) = codec.cap_polygon(BLOCK)

    first, *_rest, last = text.split(" ")
    assert first == last
    assert first.split(",")[0].startswith("43.")


def test_geojson_says_longitude_first():
    assert codec.geojson(BLOCK)["coordinates"][0][0] == [-79.384, 43.647]


@settings(max_examples=30, deadline=None)
@given(areas())
def test_cap_gives_back_what_it_was_given(area):
    pieces = [codec.parse_cap_polygon(text) for text in codec.cap_polygon(area)]

    assert all(piece.num_interior_rings == 0 for piece in pieces)
    again = MultiPolygon(*pieces, srid=4326).unary_union
    assert area_km2(shapes.polygons_of(again.sym_difference(area))) < 3e-3 * area_km2(area)
    assert sum(map(area_km2, pieces)) == pytest.approx(area_km2(area), rel=3e-3)


@settings(max_examples=30, deadline=None)
@given(areas())
def test_geojson_gives_back_what_it_was_given(area):
    again = codec.from_geojson(codec.geojson(area))

    assert area_km2(shapes.polygons_of(again.sym_difference(area))) < 3e-3 * area_km2(area)


@given(lon, lat, st.floats(10, 50_000))
def test_a_cap_circle_gives_back_what_it_was_given(x, y, radius):
    (again_x, again_y), again_radius = codec.parse_cap_circle(codec.cap_circle((x, y), radius))

    assert (again_x, again_y) == (pytest.approx(x, abs=1e-6), pytest.approx(y, abs=1e-6))
    assert again_radius == pytest.approx(radius, abs=1)


def test_the_standards_example_circle_is_read():
    assert codec.parse_cap_circle("43.686188,-79.434665 3.87") == (
        (-79.434665, 43.686188),
        pytest.approx(3870),
    )


def test_a_tiny_coordinate_is_not_written_as_an_exponent():
    (text,) = codec.cap_polygon(Polygon.from_bbox((-1e-7, 4e-7, 0.1, 0.1)))

    assert "e" not in text
    assert "-0.000000" not in text


@pytest.mark.parametrize(
    "text",
    ["", "43.6", "43.6,-79.3", "a,b c,d e,f a,b", "43.6;-79.3", "nan,nan nan,nan nan,nan nan,nan", "1," * 10,
     "43.6,-79.3 43.7,-79.3 43.7,-79.2 43.6,-79.2", "0,0 " * 50_002, "43_0,1_0 " * 4],
)  # fmt: skip
def test_a_bad_cap_polygon_is_refused(text):
    with pytest.raises(ShapeRefused):
        codec.parse_cap_polygon(text)


@given(st.text(alphabet="0123456789.,- +eE\n", max_size=60))
def test_whatever_stands_in_a_cap_polygon_is_read_or_refused(text):
    with suppress(ShapeRefused):
        assert codec.parse_cap_polygon(text).valid


@pytest.mark.parametrize(
    "wrapped",
    [
        {"type": "Feature", "properties": {}, "geometry": codec.geojson(BLOCK)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": codec.geojson(BLOCK)}]},
        {"type": "GeometryCollection", "geometries": [codec.geojson(MultiPolygon(BLOCK))]},
    ],
)
def test_pasted_geojson_may_be_wrapped(wrapped):
    assert codec.from_geojson(wrapped).equals(MultiPolygon(BLOCK))


def _nested(depth: int) -> dict[str, object]:
    inner: dict[str, object] = codec.geojson(BLOCK)
    for _n in range(depth):
        inner = {"type": "GeometryCollection", "geometries": [inner]}
    return inner


@pytest.mark.parametrize(
    "value",
    [None, [], "x", {}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon"}, {"type": "Feature"},
     {"type": "MultiPolygon", "coordinates": 7}, {"type": "FeatureCollection", "features": [3]}, {"type": []},
     {"type": "Polygon", "coordinates": "abc"}, _nested(500)],
)  # fmt: skip
def test_geojson_that_is_no_area_is_refused(value):
    with pytest.raises(ShapeRefused):
        codec.from_geojson(value)


def test_an_empty_geometry_in_a_collection_is_no_polygon():
    assert shapes.polygons_of(GEOSGeometry("GEOMETRYCOLLECTION EMPTY")).empty
    assert area_km2(GEOSGeometry("POLYGON EMPTY")) == area_km2(GEOSGeometry("MULTIPOLYGON EMPTY")) == 0
