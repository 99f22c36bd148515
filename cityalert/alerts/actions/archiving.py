"""Putting away what is over: it leaves its partner's lists. First everyone who heard an error hears so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import lifecycle, reach
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.lifecycle import ARCHIVABLE, UNSAID, Act, State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from partners.actor import Actor
from partners.roles import Permission

MAX_REASON = 300


class NotHeardYet(Refusal):
    """Some who heard what was wrong have not heard the correction."""

    code = "not_heard_yet"
    status = 409
    sentence = _("Not everyone who heard it has heard the correction. Say why it is put away all the same.")


@transaction.atomic
def archive(actor: Actor, alert: Alert, reason: str = "", *, at: datetime) -> None:
    """Put a happening away, all its versions together. With a reason also before everyone was reached."""
    need(actor, Permission.PUBLISH, alert)
    alert = hold(alert)
    versions = _versions(alert)
    for one in versions:
        if not is_archivable(one):
            lifecycle.after(one.state, Act.ARCHIVE)
    reason = words.line(reason)[:MAX_REASON]
    heard = reach.heard(alert)
    if heard and not heard.is_complete and not reason:
        raise NotHeardYet(field="reason")
    Alert.objects.filter(pk__in=[one.pk for one in versions], archived_at=None).update(
        archived_at=at, archived_by=actor.user
    )
    facts = {"heard": heard.right, "of": heard.expected} if heard else {}
    record(Verb.ALERT_ARCHIVED, actor, alert, at=at, reason=reason, **facts)


def is_archivable(alert: Alert) -> bool:
    """Is it over, and still in the lists? A Cancel is over when it is out."""
    is_over = alert.state in ARCHIVABLE or (
        alert.msg_type == MsgType.CANCEL and alert.state == State.PUBLISHED
    )
    return is_over and alert.archived_at is None


def _versions(alert: Alert) -> list[Alert]:
    if alert.state in UNSAID:
        return [alert]
    same = Alert.objects.select_for_update(of=("self",)).filter(series=alert.series, archived_at=None)
    return list(same.filter(partner=alert.partner_id).exclude(state__in=UNSAID).order_by("pk"))
