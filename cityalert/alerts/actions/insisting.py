"""Asking those who are silent once more, because somebody presses a button; by itself it is `delivery.escalation`'s."""

from datetime import datetime

from django.db import transaction

from cityalert.alerts import reach
from cityalert.alerts.actions.leave import need
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import escalation, resending
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.roles import Permission


@transaction.atomic
def ask_again(actor: Actor, alert: Alert, *, at: datetime) -> int:
    """Tell whoever was told and has not answered once more; returns how many people.

    Raises NotThere, MayNot, and escalation's Over, AskedJustNow and NobodySilent.
    """
    if not reach.may_see(actor, alert) or alert.notice_id is None:
        raise NotThere
    need(actor, Permission.PUBLISH, alert)
    with tenancy.across("asking the silent again"):
        people = escalation.ask_again(alert.notice_id, at=at)
    record(Verb.ALERT_ASKED_AGAIN, actor, alert, at=at, people=people)
    return people


@transaction.atomic
def tell_again(actor: Actor, alert: Alert, recipient_id: int, *, at: datetime) -> list[str]:
    """Tell one person once more, by every way that works now; returns the channels.

    Raises NotThere, MayNot, Over, and resending's HasAnswered, OnItsWay and Dead.
    """
    if not reach.may_see(actor, alert) or alert.notice_id is None:
        raise NotThere
    need(actor, Permission.PUBLISH, alert)
    channels = resending.again(alert.notice_id, recipient_id, at=at)
    record(Verb.ALERT_TOLD_AGAIN, actor, alert, at=at, channels=channels)
    return channels
