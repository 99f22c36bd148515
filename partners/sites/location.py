"""Where a site is: one point, or one footprint. The editor's value or two numbers in, a geometry out."""

import json
import re
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext_lazy as _

from cityalert.geo import queries as geo
from cityalert.geo import shapes
from cityalert.geo.gazetteer import fold
from cityalert.geo.geocoding import Found, NotFoundOut, geocoder
from cityalert.geo.metres import polygons
from cityalert.lib.refusals import Refusal

MAX_KM2 = 5.0
_NUMBER = re.compile(r"[+-]?\d{1,3}([.,]\d+)?\s*°?")


class LocationRefused(Refusal):
    """Nothing can be put there."""

    code = "location_refused"
    status = 422
    sentence = _("Set the site's point or draw its footprint.")

    def __init__(self, sentence: Any = None) -> None:
        super().__init__(sentence, field="location")


class OutsideTheCity(LocationRefused):
    """It may be true, but mostly it is a slip."""

    code = "outside_the_city"
    sentence = _("That is outside the city. Is the address right?")


class Swapped(LocationRefused):
    """The other way round it would be in the city."""

    code = "swapped"
    sentence = _(
        "Latitude and longitude seem to be swapped: here the latitude is 43 or so, the longitude -79."
    )


def is_drawn(value: str) -> bool:
    """Does the editor's value hold anything?"""
    return '"type"' in value


def read(value: str) -> GEOSGeometry:
    """The area editor's value with exactly one shape: a Point or a Polygon; a MultiPolygon where it falls apart.

    `{"shapes": [{"type": "Point", "coordinates": [lon, lat]}]}`, or a polygon under the rules of a drawn area.
    """
    drawn = _only_shape(value)
    if drawn.get("type") == "Point":
        lon, lat = _position(drawn.get("coordinates"))
        return point(lat=lat, lon=lon)
    try:
        area = shapes.parse({"shapes": [drawn]}, zones={})
    except shapes.ShapeRefused as refused:
        raise LocationRefused(refused.sentence) from refused
    if area.km2 > MAX_KM2:
        raise LocationRefused(
            _("The footprint is larger than 5 km². Draw the premises, not the neighbourhood.")
        )
    _check_in_the_city(area.geometry)
    parts = list(polygons(area.geometry))
    return parts[0] if len(parts) == 1 else area.geometry


def write(location: GEOSGeometry | None) -> str:
    """What the editor shows for it."""
    if location is None:
        return '{"shapes": [], "zones": []}'
    if isinstance(location, Point):
        drawn = [{"type": "Point", "coordinates": [location.x, location.y]}]
    else:
        drawn = [{"type": "Polygon", "coordinates": part.coords} for part in polygons(location)]
    return json.dumps({"shapes": drawn, "zones": []})


def point(*, lat: float, lon: float) -> Point:
    """A point in the city, or a refusal that says whether the two numbers stand the wrong way round."""
    if abs(lat) > 90 or abs(lon) > 180:
        raise Swapped if abs(lon) <= 90 and abs(lat) <= 180 else LocationRefused(shapes.OFF_THE_MAP)
    here = Point(lon, lat, srid=4326)
    _check_in_the_city(here)
    return here


def of_address(address: str, *, at: datetime) -> Point:
    """The point of an address, if it can mean one place only. Raises NotYet besides: a service has its pace."""
    try:
        found = geocoder().find(address, at=at)
    except NotFoundOut as refused:
        raise LocationRefused(refused.sentence) from refused
    place = _meant(found, address)
    if place is not None:
        return point(lat=round(place.lat, 6), lon=round(place.lon, 6))
    if not found:
        raise LocationRefused(
            _("The address was not found. Write a number and street or a crossing, or give coordinates.")
        )
    raise LocationRefused(
        _("The address may be “%(one)s” or “%(other)s”. Say it more exactly, or give coordinates.")
        % {"one": found[0].name, "other": found[1].name}
    )


def degrees(text: str) -> float:
    """A typed latitude or longitude; a comma may stand for the point."""
    typed = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(typed):
        raise LocationRefused(
            _("A latitude and longitude are numbers in degrees, like 43.6487 and -79.3817.")
        )
    return float(typed.rstrip("° ").replace(",", "."))


def _meant(found: list[Found], address: str) -> Found | None:
    exact = [place for place in found if fold(place.name) == fold(address)]
    if exact or len(found) == 1:
        return (exact or found)[0]
    # A service puts the likeliest first, and says the whole address; the gazetteer knows only names.
    return found[0] if found and not geocoder().is_quick else None


def _only_shape(value: str) -> dict[str, Any]:
    try:
        loaded = json.loads(value[: shapes.MAX_BYTES] or "{}")
        drawn = loaded.get("shapes") or []
        one = drawn[0] if len(drawn) == 1 else None
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise LocationRefused from error
    if not isinstance(one, dict):
        raise LocationRefused(
            None if not drawn else _("A site has one point or one footprint. Remove the others.")
        )
    return one


def _position(value: object) -> tuple[float, float]:
    try:
        return shapes.position(value)
    except shapes.ShapeRefused as refused:
        raise LocationRefused(refused.sentence) from refused


def _check_in_the_city(place: GEOSGeometry) -> None:
    city = geo.city()
    if place.intersects(city):
        return
    middle = place.centroid
    if Point(middle.y, middle.x, srid=4326).intersects(city):
        raise Swapped
    raise OutsideTheCity
