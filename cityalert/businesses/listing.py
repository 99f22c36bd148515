"""The membership table: what was asked for by search, filter and order, a page at a time. Reads only.

Pages continue after the last row of the one before (`after`), so that the hundredth costs what the first did.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from cityalert.businesses import freshness, queries, reading, standing
from cityalert.businesses.freshness import Level
from cityalert.businesses.models import Business, Contact, Function
from cityalert.businesses.reach import Silence
from cityalert.businesses.standing import Standing
from partners.actor import Actor

PAGE = 50
MOST_WORDS = 8
# What the table can be sorted by: the values it is sorted by, and how one is read from a cursor.
_NEVER = date(9999, 12, 31)
_SORTS: dict[str, Any] = {
    "name": F("name"),
    "class": F("levy_class"),
    "until": Coalesce(F("lapses_on"), Value(_NEVER)),
    "freshness": F("freshness"),
}
_READ: dict[str, Any] = {"name": str, "class": str, "until": date.fromisoformat, "freshness": int}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; every value as it may stand in an address."""

    words: str = ""
    levy_class: str = ""
    tag: str = ""
    state: str = ""
    level: str = ""
    missing: str = ""
    reach: str = ""
    sort: str = "name"
    by: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """What an address asks; nonsense is passed over."""
        asked = cls(
            words=query.get("q", "")[:200].replace("\x00", ""),
            levy_class=query.get("class", "")[:60].replace("\x00", ""),
            tag=query.get("tag", "")[:40].replace("\x00", ""),
            state=query.get("state", ""),
            level=query.get("fresh", ""),
            missing=query.get("missing", ""),
            reach="nobody" if query.get("reach") == "nobody" else "",
            sort=query.get("sort", "name"),
            by="desc" if query.get("by") == "desc" else "",
            after=query.get("after", "")[:2000],
        )
        return replace(
            asked,
            state=asked.state if asked.state in Standing.values else "",
            level=asked.level if asked.level in Level.values else "",
            missing=asked.missing if asked.missing in Function.values else "",
            sort=asked.sort if asked.sort in _SORTS else "name",
        )

    def link(self, **changes: str) -> str:
        """The query of an address that asks this, with changes; the first page unless `after` is among them."""
        said = replace(self, **{"after": "", **changes})
        names = {"words": "q", "levy_class": "class", "level": "fresh"}
        pairs = {
            names.get(name, name): value
            for name, value in vars(said).items()
            if value and (name, value) != ("sort", "name")
        }
        return f"?{urlencode(pairs)}" if pairs else "?"

    @property
    def narrows(self) -> bool:
        """Is anything left out?"""
        return any((self.words, self.levy_class, self.tag, self.state, self.level, self.missing, self.reach))

    @property
    def columns(self) -> dict[str, dict[str, str]]:
        """For each column that can be sorted by: the link that does, and how it is sorted now."""
        heads = {}
        for name in _SORTS:
            here = name == self.sort
            turn = "desc" if here and not self.by else ""
            now = ("descending" if self.by else "ascending") if here else ""
            heads[name] = {"link": self.link(sort=name, by=turn), "sorted": now}
        return heads


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    business: Business
    standing: Standing
    score: int
    contacts: dict[str, Contact]
    silence: Silence

    @property
    def level(self) -> Level:
        """The score in a word."""
        return freshness.level(self.score)

    @property
    def first_call(self) -> Contact | None:
        """Whom one would call first by day: somebody who can be reached, if there is one."""
        order = (Function.MANAGER, Function.OWNER, Function.AFTER_HOURS, Function.SECURITY)
        there = [self.contacts[one] for one in order if one in self.contacts]
        return next((one for one in there if not self.silence.why(one)), next(iter(there), None))

    @property
    def why_silent(self) -> str:
        """Why whom one would call first cannot be reached; empty if they can."""
        return self.silence.why(self.first_call)

    @property
    def missing(self) -> list[str]:
        """The functions it is asked for, and has nobody reachable for."""
        return [
            str(one.label)
            for one in freshness.ASKED
            if one not in self.contacts or self.silence.why(self.contacts[one])
        ]


@dataclass(frozen=True)
class Page:
    """A page of the table, how many rows there are in all, and the link to the next page."""

    lines: list[Line]
    count: int
    next: str = ""
    asked: Asked = field(default_factory=Asked)


def rows(actor: Actor, asked: Asked, silence: Silence, *, today: date, at: datetime) -> QuerySet[Business]:
    """All that is asked for, in order. Without a wish for a state the archived ones are left out."""
    found = queries.visible_to(actor).filter(_stands(asked, today))
    for word in reading.fold(asked.words).split()[:MOST_WORDS]:
        found = found.filter(search__contains=word)
    if asked.levy_class:
        found = found.filter(levy_class=asked.levy_class)
    if asked.tag:
        found = found.filter(tags__contains=[asked.tag])
    if asked.missing:
        there = Contact.objects.filter(business=OuterRef("pk"), function=asked.missing)
        found = found.exclude(Exists(there.exclude(phone="", email="")))
    if asked.reach:
        found = found.exclude(silence.somebody())
    if asked.level or asked.sort == "freshness":
        found = found.annotate(freshness=freshness.in_sql(at))
    if asked.level:
        lowest, below = freshness.bounds(Level(asked.level))
        found = found.filter(Q(freshness__gte=lowest) & Q(freshness__lt=below))
    turn = "-" if asked.by else ""
    return found.annotate(place=_SORTS[asked.sort]).order_by(f"{turn}place", f"{turn}id")


def page(actor: Actor, asked: Asked, silence: Silence, *, today: date, at: datetime) -> Page:
    """One page. Three statements."""
    found = rows(actor, asked, silence, today=today, at=at)
    count = found.count()
    shown = list(_after(found, asked).prefetch_related("contacts")[: PAGE + 1])
    more = asked.link(after=_cursor(shown[PAGE - 1])) if len(shown) > PAGE else ""
    return Page([line(one, silence, today=today, at=at) for one in shown[:PAGE]], count, more, asked)


def line(business: Business, silence: Silence, *, today: date, at: datetime) -> Line:
    """A business as a row; its contacts should be prefetched."""
    contacts = list(business.contacts.all())
    score = freshness.of_business(contacts, at=at)
    called = {one.function: one for one in contacts}
    return Line(business, standing.of(business, today), score, called, silence)


def choices(actor: Actor) -> dict[str, list[str]]:
    """The levy classes and tags that a BIA uses; two statements."""
    theirs = queries.visible_to(actor).filter(archived_at=None)
    classes = theirs.exclude(levy_class="").order_by("levy_class").values_list("levy_class", flat=True)
    unnested = theirs.extra(select={"tag": "unnest(tags)"}).order_by("tag").values_list("tag", flat=True)
    return {"classes": list(classes.distinct()), "tags": list(unnested.distinct())}


def _stands(asked: Asked, today: date) -> Q:
    return standing.in_sql(Standing(asked.state), today) if asked.state else Q(archived_at=None)


def _cursor(last: Any) -> str:
    said = json.dumps([str(last.place), str(last.pk)])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _after(found: QuerySet[Business], asked: Asked) -> QuerySet[Business]:
    """What comes after a cursor; from the beginning for one that is none."""
    try:
        text, key = json.loads(base64.urlsafe_b64decode(asked.after + "=" * (-len(asked.after) % 4)))
        place = _READ[asked.sort](text)
        if "\x00" in str(text) or len(str(key)) != 36:
            return found
    except (ValueError, TypeError, binascii.Error):
        return found
    way = "lt" if asked.by else "gt"
    return found.filter(Q(**{f"place__{way}": place}) | Q(place=place, **{f"pk__{way}": key}))
