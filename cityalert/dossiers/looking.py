"""A dossier as one person may read it: what is only their own partner's, what it shares, what others share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from cityalert.alerts.models import Alert
from cityalert.dossiers import admiralty, queries
from cityalert.dossiers.kinds import TICKED, Kind
from cityalert.dossiers.leave import may_write
from cityalert.dossiers.marking import may_read
from cityalert.dossiers.models import Dossier, Part, Tick, Version
from cityalert.geo import codec
from partners.actor import Actor
from partners.models import Partner


@dataclass(frozen=True)
class Told:
    """One tick as the reader may know it: of another partner's people only the partner is named."""

    is_on: bool
    at: datetime
    who: str


@dataclass(frozen=True)
class Shown:
    """One part: whose it is, who may read it, and what stands behind it."""

    part: Part
    owner: str
    is_own: bool
    author: str  # for the own partner's people
    source: str  # the name for the own partner's people, the handle for the others
    ticks: list[Tick]
    versions: list[Version]
    own_partner: UUID

    @property
    def whose(self) -> str:
        """ "ours": nobody else reads it. "given": ours, and shared. "theirs": another partner shares it."""
        if not self.is_own:
            return "theirs"
        return "given" if self.part.is_shared else "ours"

    @property
    def grade(self) -> str:
        """ "B2"; empty where nothing is graded."""
        return f"{self.part.reliability}{self.part.credibility}" if self.part.reliability else ""

    @property
    def grade_in_words(self) -> str:
        """The same for whoever does not know the letters by heart."""
        return admiralty.in_words(self.part.reliability, self.part.credibility)

    @property
    def is_of_a_day(self) -> bool:
        """Does a phase end on the day it begins, by the city's clock?"""
        moments = [one for one in (self.part.begins_at, self.part.ends_at) if one]
        return len({timezone.localdate(one) for one in moments}) < 2

    @property
    def is_tickable(self) -> bool:
        """Is it something to be done, or a post to be manned?"""
        return self.part.kind in TICKED

    @property
    def is_on(self) -> bool:
        """Is it done, or manned?"""
        return bool(self.ticks) and self.ticks[-1].is_on

    @property
    def told(self) -> list[Told]:
        """Who ticked it when, the latest first."""
        return [
            Told(one.is_on, one.at, one.user.name if one.partner_id == self.own_partner else one.partner.name)
            for one in reversed(self.ticks)
        ]

    @property
    def newest(self) -> Version | None:
        """The file that counts."""
        return self.versions[0] if self.versions else None


@dataclass(frozen=True)
class Section:
    """All parts of one kind."""

    kind: Kind
    parts: list[Shown]

    @property
    def done(self) -> int:
        """How many are ticked."""
        return sum(one.is_on for one in self.parts)


@dataclass(frozen=True)
class Look:
    """One dossier, as its reader may see it at a moment."""

    dossier: Dossier
    host: str
    guests: list[Partner]
    sections: list[Section]
    alerts: list[Alert]
    at: datetime
    is_host: bool
    may_write: bool

    @property
    def is_open(self) -> bool:
        """May it still be written in?"""
        return self.dossier.closed_at is None

    @property
    def is_over(self) -> bool:
        """Has the event ended?"""
        return self.dossier.ends_at <= self.at

    @property
    def goes_on(self) -> bool:
        """Is it the day itself?"""
        return self.dossier.begins_at <= self.at < self.dossier.ends_at


def at_dossier(actor: Actor, dossier: Dossier, *, at: datetime) -> Look:
    """The dossier that `queries.get_for` gave, with all that stands in it. Of the debrief nothing before it begins."""
    parts = [one for one in queries.parts_of(actor, dossier) if may_read(actor, one)]
    shown = _shown(actor, dossier, parts)
    kinds = [kind for kind in Kind if kind != Kind.DEBRIEF or dossier.begins_at <= at]
    return Look(
        dossier=dossier,
        host=queries.hosts([dossier])[dossier.partner_id],
        guests=queries.guests_of(dossier),
        sections=[Section(kind, [one for one in shown if one.part.kind == kind]) for kind in kinds],
        alerts=queries.alerts_of(actor, dossier),
        at=at,
        is_host=dossier.partner_id == actor.partner_id,
        may_write=may_write(actor) and dossier.closed_at is None,
    )


def area(dossier: Dossier) -> dict[str, Any]:
    """Where it is, for the map, as GeoJSON."""
    drawn = Dossier.objects.values_list("area", flat=True).get(pk=dossier.pk)
    feature = {
        "type": "Feature",
        "geometry": codec.geojson(drawn) if drawn else None,
        "properties": {
            "id": str(dossier.pk),
            "severity": "unknown",
            "label": dossier.title,
            "exercise": False,
        },
    }
    return {"type": "FeatureCollection", "features": [feature] if drawn else []}


def _shown(actor: Actor, dossier: Dossier, parts: list[Part]) -> list[Shown]:
    names, ticks, versions = queries.names(parts), queries.ticks_of(parts), queries.versions_of(parts)
    sources, authors = queries.sources_of(actor, dossier), queries.authors_of(actor, parts)
    return [
        Shown(
            part=one,
            owner=names[one.partner_id],
            is_own=one.partner_id == actor.partner_id,
            author=authors.get(one.author_id, "") if one.partner_id == actor.partner_id else "",
            source=sources.get(one.source_id or 0, one.handle),
            ticks=ticks.get(one.pk, []),
            versions=versions.get(one.pk, []),
            own_partner=actor.partner_id,
        )
        for one in parts
    ]
