"""To whom messages did not come lately, and what was spent, for a partner's page. What one alert did is `reach`'s."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from cityalert.alerts.templatetags.reading import way_name
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import costs, failures
from cityalert.delivery.costs import Bill
from cityalert.delivery.failures import Failure, Unreachable
from cityalert.lib import days
from cityalert.lib.refusals import NotThere
from cityalert.lib.tables import csv_bytes
from partners.actor import Actor
from partners.roles import Permission

LATELY = timedelta(days=30)
# More on one page nobody mends in one go; what is mended makes room.
AT_MOST = 500
MONTHS = 12


@dataclass(frozen=True)
class Missed:
    """Ways that do not work, and people without any."""

    failed: list[Failure]
    unreachable: list[Unreachable]


def lately(actor: Actor, *, at: datetime) -> Missed:
    """Of whom the actor's partner told, and of its own people. Raises NotThere for who may not see reach."""
    _need(actor)
    us, since = actor.partner_id, at - LATELY
    return Missed(
        failures.failed(us, since=since, at_most=AT_MOST),
        failures.unreachable(us, since=since, at_most=AT_MOST),
    )


def by_month(actor: Actor, *, at: datetime) -> dict[date, Bill]:
    """What the partner's messages cost, month by month, the latest first. Raises NotThere as above."""
    _need(actor)
    return costs.by_month(actor.partner_id, since=_months_ago(at))


def as_csv(actor: Actor, *, at: datetime) -> bytes:
    """The list as a file; that somebody took it away is kept."""
    missed = lately(actor, at=at)
    header = [_("Name"), _("Partner"), _("Channel"), _("Why"), _("What to do"), _("Times"), _("Last")]
    rows = [*_failed(missed.failed), *_unreachable(missed.unreachable)]
    record(Verb.REACH_EXPORTED, actor, actor.partner, at=at, rows=len(rows))
    return csv_bytes(header, rows)


def without_way() -> tuple[str, str]:
    """Why nothing comes to whoever has no way at all, and what to do."""
    return (
        _("no verified number or address"),
        _("Ask them to add one under “How you are reached” and to type in the code."),
    )


def _failed(found: Iterable[Failure]) -> Iterable[tuple[object, ...]]:
    for one in found:
        yield (
            one.name, one.partner, way_name(one.channel), one.words, one.advice.label, one.times,
            days.moment(one.at),
        )  # fmt: skip


def _unreachable(found: Iterable[Unreachable]) -> Iterable[tuple[object, ...]]:
    for one in found:
        yield (one.name, one.partner, "", *without_way(), one.times, days.moment(one.at))


def _need(actor: Actor) -> None:
    if not actor.may(Permission.REACH):
        raise NotThere


def _months_ago(at: datetime) -> datetime:
    return (at - timedelta(days=31 * (MONTHS - 1))).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
