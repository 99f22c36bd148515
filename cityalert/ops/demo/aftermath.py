"""Incidents of the demo's last days: opened, noted in, closed, and what those who were there say of them."""

from itertools import cycle
from uuid import UUID

from cityalert.alerts.models import Alert
from cityalert.delivery import afterwards
from cityalert.incidents import actions, queries
from cityalert.incidents.models import Feedback, Incident
from cityalert.ops.demo.history import Past
from partners.models import Membership
from partners.queries import actor_for
from partners.roles import Role

PARTNERS = 4
# In turn: in time, clear, concerned, a remark. Every fourth says nothing.
_ANSWERS = cycle(
    [
        ("yes", "yes", "yes", "Say which entrance is closed."),
        ("yes", "partly", "nearby", ""),
        ("late", "yes", "yes", "Le français est arrivé avec la mise à jour seulement."),
        None,
        ("yes", "yes", "no", ""),
    ]
)


def opened(past: Past, alert: Alert) -> Incident:
    """Avery presses “Incident”, and lets some of those who were told take part."""
    avery = past.actor("avery")
    incident = actions.from_alert(avery, alert, at=past.at)
    told = queries.invitable(avery, [alert])[:PARTNERS]
    actions.let_take_part(avery, incident, [key for key, _name in told], at=past.at)
    return incident


def noted(past: Past, incident: Incident, text: str, reply: str = "") -> None:
    """Avery notes something; one of the partners adds to it."""
    actions.note(past.actor("avery"), incident, text, at=past.at)
    desk = (
        Membership.objects.filter(
            partner__in=incident.participations.exclude(partner=incident.partner).values("partner"),
            role=Role.OPERATOR,
        )
        .select_related("user")
        .order_by("user__email")
        .first()
    )
    actor = desk and actor_for(desk.user, membership_id=desk.pk, at=past.at)
    if reply and actor:
        actions.note(actor, incident, reply, at=past.at)


def closed(past: Past, incident: Incident, outcome: str) -> None:
    """It is over, and most of those who acknowledged have said how it went. Nobody is written to."""
    avery = past.actor("avery")
    actions.close(avery, incident, outcome, at=past.at)
    said = queries.alerts_of(avery, [incident])[incident.pk]
    people = afterwards.acknowledgers([one.notice_id for one in said if one.notice_id])
    Feedback.objects.bulk_create(
        _feedback(past, incident, user, partner, answers)
        for (user, partner), answers in zip(people, _ANSWERS, strict=False)
    )
    Incident.objects.filter(pk=incident.pk).update(feedback_asked_at=past.at)


def _feedback(
    past: Past, incident: Incident, user: int, partner: UUID, answers: tuple[str, ...] | None
) -> Feedback:
    asked = Feedback(
        incident=incident, lead_id=incident.partner_id, partner_id=partner, user_id=user, asked_at=past.at
    )
    if answers:
        asked.in_time, asked.clear, asked.concerned, asked.remark = answers
        asked.answered_at = past.at
    return asked
