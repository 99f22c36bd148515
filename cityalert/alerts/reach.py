"""How far an alert came, for the author's side: the ladder, partner by partner, person by person. Reads only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property

from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType
from cityalert.delivery import hearing, progress
from cityalert.delivery import queries as delivery
from cityalert.delivery.hearing import Heard
from cityalert.delivery.ladder import State as Step
from cityalert.delivery.progress import Answer, Answers
from cityalert.delivery.queries import Reach, ReachReport
from cityalert.delivery.response import Response
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.roles import Permission


@dataclass(frozen=True)
class Progress:
    """How far an alert came, for the author's side: numbers, answers, and who waits to be called up."""

    report: ReachReport
    answers: Answers
    calls: Sequence[Any]  # delivery's Call: what was to follow if nobody answered
    heard: Heard | None = None

    @property
    def escalates_at(self) -> datetime | None:
        """When the deputies of those without a policy of their own are called, if that is still to come."""
        return next((one.next_at for one in self.calls if not one.partner_id and not one.ended_at), None)

    @property
    def escalated_at(self) -> datetime | None:
        """When they were."""
        return next(
            (one.ended_at for one in self.calls if not one.partner_id and one.outcome == "called"), None
        )

    @cached_property
    def people(self) -> Reach:
        """The partners' members together, without residents."""
        together = Reach()
        for part in self.report.by_partner.values():
            together.add(part)
        return together

    @property
    def silent(self) -> int:
        """How many of them were told and have not acknowledged."""
        return max(0, self.people.sent - self.people.acknowledged)

    @property
    def ladder(self) -> list[tuple[str, int]]:
        """The steps of the ladder in their order, by their name in `Reach`."""
        steps = ("wanted", "sent", "delivered", "seen", "acknowledged", "responded")
        return [(step, getattr(self.people, step)) for step in steps]

    @property
    def partners(self) -> list[tuple[Answer, Reach]]:
        """Each partner that was told: what they said, and how far it came there."""
        nothing = Reach()
        return [(one, self.report.by_partner.get(one.partner_id, nothing)) for one in self.answers.partners]


def may_see(actor: Actor, alert: Alert) -> bool:
    """Only the author's side, and there only who may; whoever merely received it sees no numbers."""
    return (
        alert.partner_id == actor.partner_id and alert.notice_id is not None and actor.may(Permission.REACH)
    )


def may_ask(actor: Actor, alert: Alert, at: datetime) -> bool:
    """May they ask the silent again; is it still going on?"""
    goes_on = alert.state == State.PUBLISHED and (alert.expires_at is None or alert.expires_at > at)
    return goes_on and actor.may(Permission.PUBLISH, for_=alert.partner)


def of(actor: Actor, alert: Alert) -> Progress:
    """How far it came. Raises NotThere for whoever may not see that."""
    if not may_see(actor, alert) or alert.notice_id is None:
        raise NotThere
    return Progress(
        delivery.reach(alert.notice_id),
        progress.answers([alert.notice_id])[alert.notice_id],
        progress.calls(alert.notice_id),
        heard(alert),
    )


def heard(alert: Alert) -> Heard | None:
    """How many of those who heard an earlier version have heard the newest; None while there is only one."""
    versions = Alert.objects.filter(series=alert.series, partner=alert.partner_id, notice__isnull=False)
    newest = versions.exclude(msg_type=MsgType.ALERT).order_by("-published_at", "-notice_id").first()
    return hearing.heard(newest.notice_id) if newest and newest.notice_id else None


# What the table of partners can be sorted by. The first is how it stands without a wish.
_ORDERS: dict[str, Callable[[tuple[Answer, Reach]], Any]] = {
    "name": lambda pair: pair[0].partner.casefold(),
    "people": lambda pair: pair[1].wanted,
    "sent": lambda pair: pair[1].sent,
    "delivered": lambda pair: pair[1].delivered,
    "seen": lambda pair: pair[1].seen,
    "acknowledged": lambda pair: _moment(pair[0].acknowledged_at),
    "response": lambda pair: list(Response).index(Response(pair[0].response)) if pair[0].response else 9,
    "when": lambda pair: _moment(pair[0].responded_at),
}


@dataclass(frozen=True)
class Column:
    """The head of a column: what it sorts by, and what its link does next."""

    key: str
    is_sorted: bool
    is_descending: bool

    @property
    def link(self) -> str:
        """The query of the page sorted by it; the other way round when it already is."""
        turned = self.is_sorted and not self.is_descending
        return f"?sort={self.key}&by=desc" if turned else f"?sort={self.key}"


def columns(key: str, *, descending: bool) -> dict[str, Column]:
    """The heads by name."""
    return {name: Column(name, name == key, name == key and descending) for name in _ORDERS}


def sorted_partners(how_far: Progress, key: str, *, descending: bool) -> list[tuple[Answer, Reach]]:
    """The partners in the order asked for; without a known wish: who needs help, then who is silent."""
    by_name = sorted(how_far.partners, key=_ORDERS["name"])
    if key not in _ORDERS:
        return sorted(by_name, key=lambda pair: (not pair[0].needs_help, pair[0].acknowledged_at is not None))
    return sorted(by_name, key=_ORDERS[key], reverse=descending)


def _moment(at: datetime | None) -> float:
    """No moment stands after all others."""
    return at.timestamp() if at else float("inf")


# A page names no more: beyond, people are counted, partner by partner, and the list is there to take away.
NAMED_AT_MOST = 500


@dataclass(frozen=True)
class People:
    """The members who were to be told, sorted by what became of it; `is_counted`: too many to name."""

    all: list[Any]
    is_counted: bool = False

    @property
    def silent(self) -> list[Any]:
        """Told, and not acknowledged."""
        return [one for one in self.all if one.acknowledged_at is None and _was_told(one)]

    @property
    def failed(self) -> list[Any]:
        """No channel worked."""
        return [one for one in self.all if _was_told(one) and not _came_through(one)]

    @property
    def unreachable(self) -> list[Any]:
        """No channel to try."""
        return [one for one in self.all if not one.deliveries.all() and one.call_order == 1]


def people(alert: Alert, how_far: Progress) -> People:
    """Every member of an alert's audience with what was tried, if one can read so many."""
    if how_far.people.wanted > NAMED_AT_MOST or alert.notice_id is None:
        return People([], is_counted=alert.notice_id is not None)
    return People(list(progress.people(alert.notice_id)))


def reports(alert: Alert) -> list[Any]:
    """What was said back to it, the latest first; the caller has asked `may_see`."""
    return list(progress.reports(alert.notice_id)) if alert.notice_id else []


# Deputies who were never called up: nothing was sent to them, and nothing is wrong.
_HELD = frozenset({Step.WAITING, Step.STOPPED, Step.SUPERSEDED, Step.EXPIRED})
# Of the others: their partner's policy calls them later, or did not need to.
_KEPT_BACK = frozenset({Step.WAITING, Step.STOPPED})
_IN_VAIN = frozenset({Step.FAILED, Step.OPTED_OUT, Step.EXPIRED})


def _was_told(recipient: Any) -> bool:
    deliveries = recipient.deliveries.all()
    kept_back = _HELD if recipient.call_order > 1 else _KEPT_BACK
    return bool(deliveries) and not all(one.state in kept_back for one in deliveries)


def _came_through(recipient: Any) -> bool:
    return any(one.state not in _IN_VAIN for one in recipient.deliveries.all())
