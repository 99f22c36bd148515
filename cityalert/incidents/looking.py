"""What the page, the report and the export of an incident show one person, put together once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityalert.alerts import content, marking
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status, mark_of
from cityalert.delivery import afterwards, costs
from cityalert.delivery import queries as delivery
from cityalert.delivery.afterwards import Speed
from cityalert.delivery.costs import Bill
from cityalert.delivery.queries import Reach
from cityalert.geo import codec
from cityalert.incidents import feedback, queries, rooms, story
from cityalert.incidents.models import Incident, Task
from cityalert.lib.exits import Exit
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp
from cityalert.messaging.models import Conversation
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission


@dataclass(frozen=True)
class Reached:
    """How far one of the lead's alerts came, how quickly it was acknowledged, and what that cost."""

    alert: Alert
    reach: Reach
    speed: Speed | None
    bill: Bill


@dataclass(frozen=True)
class Look:
    """An incident as one actor may see it."""

    incident: Incident
    status: Status
    lead: str
    partners: list[Partner]
    alerts: list[Alert]
    lines: list[story.Line]
    reached: list[Reached]
    results: feedback.Results | None
    may_lead: bool
    may_note: bool
    tasks: list[Task]
    rooms: list[Conversation]

    @property
    def is_open(self) -> bool:
        """Does it go on?"""
        return self.incident.closed_at is None

    @property
    def latest_first(self) -> list[story.Line]:
        """For the page; on paper the first stands first."""
        return self.lines[::-1]

    @property
    def label(self) -> str:
        """The strictest of what it holds; what partners say here without one is AMBER."""
        return marking.shown_in(Tlp.strictest(Tlp.AMBER, *(alert.tlp for alert in self.alerts)))

    @property
    def mark(self) -> str:
        """EXERCISE or TEST; nothing for what is meant."""
        return mark_of(self.status)


def at_incident(actor: Actor, incident: Incident, exit_: Exit = Exit.PAGE) -> Look:
    """The incident that `queries.get_for` gave, with all that stands beside it and may leave by this exit."""
    there = queries.alerts_of(actor, [incident])[incident.pk]
    said = [alert for alert in there if marking.may_leave(actor, alert, exit_)]
    is_lead = incident.partner_id == actor.partner_id
    return Look(
        incident=incident,
        status=queries.statuses([incident.pk])[incident.pk],
        lead=queries.leads([incident])[incident.partner_id],
        partners=queries.participants(incident),
        alerts=said,
        lines=story.of(actor, incident, said),
        reached=_reached(actor, said),
        results=feedback.results(actor, incident),
        may_lead=is_lead and actor.may(Permission.DRAFT),
        may_note=incident.closed_at is None and actor.may(Permission.ANSWER),
        tasks=queries.tasks(incident),
        rooms=rooms.visible_to(actor, incident),
    )


def _reached(actor: Actor, said: list[Alert]) -> list[Reached]:
    own = [one for one in said if one.partner_id == actor.partner_id and one.notice_id is not None]
    if not own or not actor.may(Permission.REACH):
        return []
    notices = [one.notice_id for one in own if one.notice_id is not None]
    reports, speeds = delivery.reaches(notices, with_residents=False), afterwards.speeds(notices)
    bills = costs.of_notices(notices)
    return [
        Reached(one, reports[one.notice_id].total, speeds.get(one.notice_id), bills[one.notice_id])
        for one in own
        if one.notice_id
    ]


def areas(actor: Actor, incident: Incident) -> dict[str, Any]:
    """The newest area of each of its alerts, for the map."""
    said = queries.alerts_of(actor, [incident])[incident.pk]
    newest = {alert.series: alert for alert in said}
    return {"type": "FeatureCollection", "features": [_feature(actor, one) for one in newest.values()]}


def _feature(actor: Actor, alert: Alert) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": codec.geojson(alert.area) if alert.area else None,
        "properties": {
            "id": str(alert.pk),
            "severity": Severity(alert.severity).slug,
            "label": content.words_in(alert, actor.language.value).headline,
            "exercise": alert.status != Status.ACTUAL,
        },
    }


def exported(look: Look, *, at: datetime) -> dict[str, Any]:
    """The incident for other programs: as much as its page shows."""
    incident = look.incident
    return {
        "id": str(incident.pk),
        "title": incident.title,
        "status": look.status,
        "label": look.label,
        "lead": look.lead,
        "partners": [one.name for one in look.partners],
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "outcome": incident.outcome,
        "exported_at": at.isoformat(),
        "alerts": [str(one.pk) for one in look.alerts],
        "timeline": [
            {"at": line.at.isoformat(), "kind": line.kind, "text": line.text, "detail": line.detail}
            for line in look.lines
        ],
        "reach": [
            {
                "alert": str(one.alert.pk),
                "wanted": one.reach.wanted,
                "delivered": one.reach.delivered,
                "acknowledged": one.reach.acknowledged,
                "half_acknowledged_s": one.speed.half_s if one.speed else None,
                "ninety_percent_acknowledged_s": one.speed.ninety_s if one.speed else None,
                "cost": None if one.bill.total is None else str(one.bill.total),
            }
            for one in look.reached
        ],
    }
