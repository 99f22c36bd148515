"""What somebody typed into the forms of conversations, made into what the actions take."""

import math
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.gis.geos import Point
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from cityalert.lib.tlp import Tlp
from cityalert.messaging import whom
from cityalert.messaging.actions import Saying
from cityalert.messaging.stored import MOST_FILES, TooMany, stored
from cityalert.messaging.whom import Whom
from partners.actor import Actor

MOST_NAMED = 200


class NoPlace(Refusal):
    """Not on the globe."""

    code = "no_place"
    status = 422
    sentence = _(
        "That is no place on the map. What you wrote is kept; take the place away or choose it again."
    )


def saying_from(request: HttpRequest) -> Saying:
    """What is to be posted. Raises NoPlace, and what `stored` refuses of files."""
    said, sent = request.POST, request.FILES.getlist("files")
    if len(sent) > MOST_FILES:
        raise TooMany(field="files")
    reply = said.get("reply_to", "")
    return Saying(
        text=said.get("text", ""),
        tlp=label_from(said.get("tlp", "")),
        reply_to=int(reply) if reply.isascii() and reply.isdigit() and len(reply) < 10 else None,
        place=_place(said.get("lat", ""), said.get("lon", "")),
        place_name=said.get("place_name", ""),
        files=[stored(file) for file in sent],
    )


def client_id_from(request: HttpRequest) -> UUID:
    """What the page made, so that it is one post however often it is sent; of a page that made none, a new one."""
    return uuid_from(request.POST.get("client_id", "")) or uuid4()


def label_from(text: str) -> Tlp | None:
    """None for what is no label."""
    return Tlp(text) if text in Tlp.values else None


def uuid_from(text: str) -> UUID | None:
    """None for what is no key."""
    try:
        return UUID(text)
    except ValueError:
        return None


def whom_from(request: HttpRequest, actor: Actor, *, at: datetime) -> Whom:
    """Who is chosen: boxes of partners, groups and colleagues, a function, addresses of people. Raises NotKnown."""
    said = request.POST
    partners, groups = _keys(said.getlist("partner")), _keys(said.getlist("group"))
    people = {
        (int(key), actor.partner_id) for key in said.getlist("colleague")[:MOST_NAMED] if key.isdecimal()
    }
    people |= {
        whom.person(actor, one, at=at) for one in said.get("addresses", "").replace(",", " ").split()[:50]
    }
    unit, of = words.line(said.get("unit", ""))[:80], uuid_from(said.get("unit_of", ""))
    return Whom(
        frozenset(partners),
        frozenset(groups),
        frozenset({(of, unit)} if unit and of else ()),
        frozenset(people),
    )


def _keys(texts: Iterable[str]) -> set[UUID]:
    return {key for text in list(texts)[:MOST_NAMED] if (key := uuid_from(text))}


def _place(lat: str, lon: str) -> Point | None:
    if not lat.strip() and not lon.strip():
        return None
    try:
        north, east = float(lat), float(lon)
    except ValueError as error:
        raise NoPlace(field="place") from error
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        raise NoPlace(field="place")
    return Point(east, north, srid=4326)
