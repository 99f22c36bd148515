"""How far an alert came as a file to take away: a row for each person and way, residents only together."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from cityalert.alerts import reach
from cityalert.alerts.models import Alert
from cityalert.alerts.templatetags.reading import person_name, step_word, units_of, way_name
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import costs, progress, reasons
from cityalert.delivery.costs import Cost
from cityalert.delivery.response import Response
from cityalert.lib import days
from cityalert.lib.money import figures
from cityalert.lib.refusals import NotThere
from cityalert.lib.tables import csv_bytes
from partners.actor import Actor


def people_csv(actor: Actor, alert: Alert, *, at: datetime) -> bytes:
    """Raises NotThere for whoever may not see how far it came; that somebody took it away is kept."""
    if not reach.may_see(actor, alert) or alert.notice_id is None:
        raise NotThere
    header = [
        _("Partner"), _("Name"), _("People"), _("Channel"), _("Became"), _("Why"), _("Tries"), _("Paid for"),
        _("Cost"), _("Acknowledged"), _("Response"),
    ]  # fmt: skip
    rows = [*_members(alert.notice_id), *_residents(alert.notice_id)]
    record(Verb.REACH_EXPORTED, actor, alert, at=at, rows=len(rows))
    return csv_bytes(header, rows)


def _members(notice_id: int) -> Iterator[tuple[object, ...]]:
    texts = costs.segments_of(notice_id)
    for one in progress.people(notice_id):
        answered = days.moment(one.acknowledged_at) if one.acknowledged_at else ""
        response = str(Response(one.response).label) if one.response else ""
        person = one.partner.name if one.partner else "", person_name(one), 1
        ways = list(one.deliveries.all())
        for way in ways:
            spent = _together(
                costs.of_attempt(way.channel, each, texts[way.language]) for each in way.attempts.all()
            )
            why = reasons.words(way.reason) if way.reason else ""
            yield (
                *person,
                way_name(way.channel),
                step_word(way),
                why,
                way.tries,
                *_paid(spent),
                answered,
                response,
            )
        if not ways:
            yield (*person, "", _("no verified number or address"), "", 0, "", "", answered, response)


def _residents(notice_id: int) -> Iterator[tuple[object, ...]]:
    """How much went to them by each channel; nobody of them is a row."""
    for cost in costs.of_notices([notice_id], only_residents=True)[notice_id].costs:
        yield (
            "",
            _("Residents, together"),
            cost.messages,
            way_name(cost.channel),
            "",
            "",
            "",
            *_paid(cost),
            "",
            "",
        )


def _together(spent: Iterable[Cost | None]) -> Cost | None:
    total: Cost | None = None
    for one in spent:
        total = total + one if total and one else total or one
    return total


def _paid(cost: Cost | None) -> tuple[str, str]:
    if cost is None:
        return "", ""
    return units_of(cost), "" if cost.amount is None else figures(cost.amount, 4)
