"""What somebody wants to hear: places, topics, from which severity on. As it is kept until the address is theirs."""

from collections.abc import Iterable
from typing import Any, TypedDict
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry

from cityalert.geo import shapes
from cityalert.geo.models import Zone
from cityalert.subscriptions.models import Subscriber, WatchArea

MOST_PLACES = 10
RADII = (300, 800, 2_000, 5_000)


class Place(TypedDict, total=False):
    """A circle (lon, lat, metres), a zone, or what was drawn (`shapes`), with its name and where it is in words."""

    label: str
    about: str
    lon: float
    lat: float
    metres: int
    zone: str
    shapes: dict[str, Any]


class Wish(TypedDict):
    """All of it. `topics` is the sum of `alerts.topics`; 0: all."""

    places: list[Place]
    topics: int
    severity: int


def watch(subscriber: Subscriber, places: Iterable[Place], topics: int) -> None:
    """Have these places watched, besides those that are; a zone that is gone, or more than ten, are left out."""
    room = MOST_PLACES - subscriber.watch_areas.count()
    known = set(subscriber.watch_areas.values_list("label", "about"))
    new = [one for one in places if (one["label"], one["about"]) not in known]
    areas = [(one, area) for one in new if (area := _area(one))]
    WatchArea.objects.bulk_create(
        WatchArea(subscriber=subscriber, label=one["label"], about=one["about"], area=area, topics=topics)
        for one, area in areas[: max(room, 0)]
    )
    subscriber.watch_areas.update(topics=topics)


def of(subscriber: Subscriber) -> dict[str, Any]:
    """What holds for all of somebody's places."""
    first = subscriber.watch_areas.order_by("pk").first()
    point = subscriber.contact_points.order_by("pk").first()
    return {
        "topics": first.topics if first else 0,
        "severity": point.min_severity if point else 0,
        "resumes_at": first.resumes_at if first else None,
    }


def _area(place: Place) -> GEOSGeometry | None:
    if "zone" in place:
        return Zone.objects.filter(pk=UUID(place["zone"])).values_list("area", flat=True).first()
    if "shapes" in place:
        return shapes.parse(place["shapes"], zones={}).geometry
    return shapes.circle((place["lon"], place["lat"]), place["metres"])
