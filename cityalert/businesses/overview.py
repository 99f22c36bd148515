"""What the pages show beside the table: numbers, places, the board, one business's contacts. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, Prefetch, Q
from django.urls import reverse

from cityalert.businesses import freshness, queries, saying, standing
from cityalert.businesses.freshness import Level
from cityalert.businesses.listing import Line
from cityalert.businesses.models import Business, Contact, Function, Seat
from cityalert.businesses.reach import NOTHING, Silence
from cityalert.businesses.standing import Standing
from partners.actor import Actor


def figures(actor: Actor, silence: Silence, *, today: date, at: datetime) -> dict[str, Any]:
    """The BIA in numbers, by one statement."""
    here = queries.visible_to(actor).filter(archived_at=None)
    found = here.annotate(freshness=freshness.in_sql(at), is_reachable=silence.somebody()).aggregate(
        members=Count("pk"),
        due=Count("pk", filter=standing.in_sql(Standing.DUE, today)),
        lapsed=Count("pk", filter=standing.in_sql(Standing.LAPSED, today)),
        unreachable=Count("pk", filter=Q(is_reachable=False)),
        score=Avg("freshness"),
    )
    score = int(found["score"] or 0)
    return found | {"score": score, "level": freshness.level(score)}


def points(lines: Iterable[Line]) -> dict[str, Any]:
    """The businesses of a page that have a place, for the map."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": str(one.business.pk),
                "geometry": {"type": "Point", "coordinates": list(one.business.location.coords)},
                "properties": {
                    "id": str(one.business.pk),
                    "name": one.business.name,
                    "text": one.business.address,
                    "state": "none",
                    "url": reverse("businesses:detail", args=[one.business.pk]),
                },
            }
            for one in lines
            if one.business.location
        ],
    }


@dataclass(frozen=True)
class Called:
    """A function of a business: whom one calls, if anybody, and how sure that is."""

    function: Function
    contact: Contact | None
    score: int
    is_asked: bool
    why_silent: str

    @property
    def level(self) -> Level:
        """The score in a word."""
        return freshness.level(self.score)


def contacts(line: Line, *, at: datetime) -> list[Called]:
    """Every function of a business."""
    there = line.contacts
    return [
        Called(
            one, there.get(one), score(there.get(one), at=at), one in freshness.ASKED,
            line.silence.why(there.get(one)),
        )
        for one in Function
    ]  # fmt: skip


def score(contact: Contact | None, *, at: datetime) -> int:
    """A contact's score; 0 for none."""
    if contact is None:
        return 0
    return freshness.of_contact(contact.confirmed_at, is_reachable=contact.is_reachable, at=at)


def custom(actor: Actor, business: Business) -> list[tuple[str, str]]:
    """The BIA's own fields with what is written in them."""
    fields = queries.custom_fields(actor)
    return [(one.label, saying.said(one.kind, business.custom.get(one.key, ""))) for one in fields]


@dataclass(frozen=True)
class Held:
    """A seat and who is called for it."""

    seat: Seat
    contact: Contact | None
    score: int
    why_silent: str

    @property
    def level(self) -> Level:
        """The score in a word."""
        return freshness.level(self.score)

    @property
    def name(self) -> str:
        """Who holds it, as well as it is known."""
        return self.seat.name or (self.contact.name if self.contact else "")


@dataclass(frozen=True)
class Body:
    """The board or a committee with its seats."""

    name: str
    seats: list[Held]

    @property
    def silent(self) -> int:
        """How many of its seats' contacts cannot be reached."""
        return sum(bool(one.why_silent) for one in self.seats)

    @property
    def score(self) -> int:
        """The mean over the seats of businesses."""
        return freshness.mean(one.score for one in self.seats if one.seat.business_id)

    @property
    def level(self) -> Level:
        """The score in a word."""
        return freshness.level(self.score)


def bodies(actor: Actor, silence: Silence, *, today: date, at: datetime) -> list[Body]:
    """The board and the committees with the seats held today; two statements."""
    seats = (
        Seat.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), partner=actor.partner_id)
        .select_related("business")
        .prefetch_related(Prefetch("business__contacts"))
    )
    found: dict[str, list[Held]] = {}
    for seat in seats:
        there = seat.business.contacts.all() if seat.business else []
        contact = next((one for one in there if one.function == seat.function), None)
        nobody = str(NOTHING) if seat.business_id and contact is None else silence.why(contact)
        found.setdefault(seat.body, []).append(Held(seat, contact, score(contact, at=at), nobody))
    return [Body(name, held) for name, held in found.items()]
