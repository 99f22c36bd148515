"""From an address to a place: the gazetteer that is loaded, or a service that speaks like Nominatim.

Which of them is a setting (`GEOCODER_URL`). What a service answered is kept (`models.Geocoding`): its rules allow one
question a second and ask that no question is put twice. A failure is a sentence, and never stops a page that can do
without: whoever waits can give the coordinates instead.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from yarl import URL

from cityalert.geo import queries
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Geocoding
from cityalert.lib import outbound
from cityalert.lib.refusals import Refusal

LONGEST = 200
KEPT_FOR = timedelta(days=90)
# A cache in the database counts whole seconds: a turn of two is never shorter than one.
_TURN_S = 2
_TURN = "geocoder-turn"
# Half a degree around the middle of the map: answers from elsewhere are no answers.
_AROUND = 0.5


class NotFoundOut(Refusal):
    """The service did not answer: nobody knows whether the address exists."""

    code = "geocoder_silent"
    status = 503
    sentence = _("The address search did not answer. Try again later, or give latitude and longitude.")


class NotYet(Refusal):
    """Somebody asked within this second."""

    code = "geocoder_busy"
    status = 503
    sentence = _("The address search takes one question a second. Try again in a moment.")


@dataclass(frozen=True)
class Found:
    """A place that may be meant."""

    name: str
    lon: float
    lat: float


class Geocoder(Protocol):
    """Whoever knows where an address is."""

    # Whether many addresses may be asked for at once.
    is_quick: bool
    # What its owners want to be said beside its answers.
    attribution: str

    def find(self, text: str, *, at: datetime, limit: int = 8) -> list[Found]:
        """Places that an address, a crossing or a name may mean, the likeliest first. Raises NotFoundOut, NotYet."""


class Gazetteer:
    """The places of the database: it knows what was loaded, and asks nobody."""

    is_quick = True
    attribution = ""

    def find(self, text: str, *, at: datetime, limit: int = 8) -> list[Found]:  # noqa: ARG002 (others keep answers)
        """Places whose names have the typed words."""
        places = queries.find_places(text[:LONGEST], limit)
        return [Found(place.name, place.location.x, place.location.y) for place in places]


class Nominatim:
    """A service that speaks as nominatim.org does; its usage policy is what the rules above come from."""

    is_quick = False

    def __init__(self, url: str, attribution: str) -> None:
        self.url, self.attribution = url.rstrip("/"), attribution

    def find(self, text: str, *, at: datetime, limit: int = 8) -> list[Found]:
        """What it answered before, or answers now."""
        folded = fold(text[:LONGEST])
        if not folded:
            return []
        key = hashlib.sha256(f"{self.url} {folded}".encode()).hexdigest()
        kept = Geocoding.objects.filter(key=key, asked_at__gt=at - KEPT_FOR).first()
        answer = kept.answer if kept else self._ask(text[:LONGEST])
        if kept is None:
            Geocoding.objects.filter(asked_at__lte=at - KEPT_FOR).delete()
            Geocoding.objects.update_or_create(key=key, defaults={"answer": answer, "asked_at": at})
        return [Found(**one) for one in answer][:limit]

    def _ask(self, text: str) -> list[dict[str, Any]]:
        if not cache.add(_TURN, 1, timeout=_TURN_S):
            raise NotYet
        lon, lat = settings.MAP_CENTER
        box = (lon - _AROUND, lat + _AROUND, lon + _AROUND, lat - _AROUND)
        query: dict[str, str | int] = {
            "q": text,
            "format": "jsonv2",
            "limit": 8,
            "bounded": 1,
            "viewbox": ",".join(map(str, box)),
        }
        headers = {
            "User-Agent": f"{settings.SITE_NAME} ({settings.PUBLIC_URL})",
            "Accept-Language": get_language() or "en",
        }
        request: Callable[..., outbound.Answer] = async_to_sync(outbound.request)
        try:
            answer = request(
                "GET",
                f"{self.url}/search?{urlencode(query)}",
                headers=headers,
                # The operator named it, nobody else: it may stand in the operator's own network.
                allow=[str(URL(self.url).origin())],
            )
            return _places(answer)
        except (outbound.OutboundError, ValueError) as error:
            raise NotFoundOut from error


def geocoder() -> Geocoder:
    """The one this installation uses."""
    if settings.GEOCODER_URL:
        return Nominatim(settings.GEOCODER_URL, settings.GEOCODER_ATTRIBUTION)
    return Gazetteer()


def _places(answer: outbound.Answer) -> list[dict[str, Any]]:
    if answer.status != 200:
        raise ValueError(f"status {answer.status}")
    found = json.loads(answer.body)
    if not isinstance(found, list):
        raise ValueError("no list")
    return [_place(one) for one in found]


def _place(one: Mapping[str, Any]) -> dict[str, Any]:
    try:
        lon, lat = float(one["lon"]), float(one["lat"])
        name = str(one["display_name"])
    except (KeyError, TypeError) as error:
        raise ValueError("a place without a name or a position") from error
    if not (abs(lon) <= 180 and abs(lat) <= 85):
        raise ValueError("a place off the map")
    return {"name": name[:LONGEST], "lon": lon, "lat": lat}
