"""What came of a drill: how quickly, per partner and channel, beside the times before; and who was never reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cityalert.alerts.lifecycle import State
from cityalert.delivery import pace
from cityalert.delivery.pace import Pace, Person
from cityalert.exercises import picture, queries
from cityalert.exercises.models import Run
from partners.actor import Actor

CHANNELS = ("dashboard", "sms", "email", "push")


@dataclass(frozen=True)
class Line:
    """One row of a table: whose pace it is."""

    name: str
    pace: Pace


@dataclass(frozen=True)
class Lost:
    """Somebody who was not reached, why, and the membership's page if it is for the reader to mend."""

    person: Person
    why: str
    membership_id: int | None


@dataclass(frozen=True)
class Results:
    """One time a drill was held."""

    run: Run
    at: datetime
    people: list[Person]
    earlier: list[tuple[Run, Pace]]
    own: dict[int, int]  # user → membership, of the reader's own partner

    @property
    def pace(self) -> Pace:
        """Of everybody."""
        return pace.of(self.people)

    @property
    def is_going_on(self) -> bool:
        """Is it being held just now?"""
        alert = self.run.alert
        return bool(
            alert and alert.state == State.PUBLISHED and alert.expires_at and alert.expires_at > self.at
        )

    @property
    def by_partner(self) -> list[Line]:
        """The slowest first: that is where something is to be done."""
        grouped = groupby(self.people, key=lambda one: (one.partner, one.partner_id))
        lines = [Line(partner, pace.of(list(some))) for (partner, _key), some in grouped]
        return sorted(lines, key=lambda line: (line.pace.percent, -(line.pace.first_s or 0), line.name))

    @property
    def by_channel(self) -> list[Line]:
        """Of those whom a channel was to reach, who answered by it."""
        lines = [Line(channel_word(channel), pace.of(self.people, channel)) for channel in CHANNELS]
        return [line for line in lines if line.pace.wanted]

    @property
    def dead(self) -> list[Lost]:
        """Whom no channel reached, then who never looked."""
        lost = [one for one in self.people if one.is_lost]
        silent = [] if self.is_going_on else [one for one in self.people if one.is_silent]
        return [Lost(one, why(one), self.own.get(one.user_id or 0)) for one in (*lost, *silent)]

    @property
    def picture(self) -> dict[str, Any]:
        """The curve of acknowledgements, with those of the times before behind it."""
        until_s = (self.at - self.run.started_at).total_seconds() if self.run.started_at else 0.0
        return picture.of(
            self.pace, [earlier for _run, earlier in self.earlier], until_s if self.is_going_on else None
        )


def of(actor: Actor, run: Run, at: datetime) -> Results:
    """All there is to say about one time; nothing of people when it was not held."""
    before = queries.before(run)
    runs = [one for one in (run, *before) if one.alert and one.alert.notice_id]
    found = pace.people([_notice(one) for one in runs])
    own = dict(queries.own_members(actor))
    return Results(
        run=run,
        at=at,
        people=found.get(_notice(run), []) if run.alert else [],
        earlier=[(one, pace.of(found[_notice(one)])) for one in before if one in runs],
        own=own,
    )


def paces(runs: Iterable[Run]) -> dict[Any, Pace]:
    """For a list: per run how quickly everybody was, by one statement."""
    held = {_notice(one): one.pk for one in runs if one.alert and one.alert.notice_id}
    return {held[notice]: pace.of(some) for notice, some in pace.people(list(held)).items()}


def channel_word(channel: str) -> str:
    """What a channel is called."""
    return {
        "sms": pgettext("channel", "SMS"),
        "email": pgettext("channel", "E-mail"),
        "push": pgettext("channel", "Push"),
        pace.SCREEN: pgettext("channel", "Screen"),
    }.get(channel, channel)


def why(person: Person) -> str:
    """Why somebody was not reached, in a sentence."""
    if not person.ways:
        return _("No verified number or address, or messages of this severity are stopped.")
    if person.is_lost:
        reasons = [f"{channel_word(way.channel)}: {way.reason or _('not delivered')}" for way in person.ways]
        return "; ".join(reasons)
    return _("It was sent, and nobody looked at it.")


def _notice(run: Run) -> int:
    return int(run.alert.notice_id) if run.alert and run.alert.notice_id else 0
