"""What pages ask of a draft beyond writing it: that nobody else has changed it meanwhile, to throw it away and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import lifecycle
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.lifecycle import Act
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.refusals import Refusal
from cityalert.live.announce import announce
from partners.actor import Actor
from partners.roles import Permission

# How long what was thrown away can be brought back.
KEPT_FOR = timedelta(days=1)


class ChangedMeanwhile(Refusal):
    """Two people, or two windows, in one draft: the second sees what the first did before going on."""

    code = "changed_meanwhile"
    status = 409
    sentence = _("This draft was changed meanwhile.")


def version(alert: Alert) -> str:
    """Changes with every change of the draft; a page gives it back with what it posts."""
    return alert.edited_at.isoformat()


@contextmanager
def unchanged_since(alert: Alert, known: str) -> Iterator[Alert]:
    """The draft as it stands, held for what is done inside. Raises ChangedMeanwhile if it is no longer that version."""
    with transaction.atomic():
        held = hold(alert)
        if version(held) != known:
            who = held.edited_by.name
            raise ChangedMeanwhile(
                _("%(name)s changed this draft while you were writing.") % {"name": who},
                detail={"version": version(held)},
            )
        yield held


@transaction.atomic
def discard(actor: Actor, alert: Alert, *, at: datetime) -> None:
    """Throw a draft away; for a day it can be brought back. What waits for a second person is taken back first."""
    need(actor, Permission.DRAFT, alert)
    alert = hold(alert)
    lifecycle.after(alert.state, Act.DISCARD)
    Alert.objects.filter(partner=alert.partner_id, discarded_at__lte=at - KEPT_FOR).delete()
    alert.discarded_at = at
    alert.save(update_fields=["discarded_at"])
    announce(alert.topic, "discarded")
    record(Verb.ALERT_DISCARDED, actor, alert, at=at, msg_type=alert.msg_type)


@transaction.atomic
def restore(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """Bring back what was thrown away."""
    need(actor, Permission.DRAFT, alert)
    alert = hold(alert, is_discarded=True)
    alert.discarded_at = None
    alert.save(update_fields=["discarded_at"])
    record(Verb.ALERT_RESTORED, actor, alert, at=at)
    return alert
