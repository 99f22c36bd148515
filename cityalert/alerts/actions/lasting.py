"""Before an alert runs out its author is asked: extend it, end it, or let it lapse. Ending it is `correcting`'s."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from cityalert.alerts import content, lifecycle, readiness, telling
from cityalert.alerts.actions.approving import submit
from cityalert.alerts.actions.correcting import start_update
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.actions.releasing import publish
from cityalert.alerts.actions.writing import edit
from cityalert.alerts.lifecycle import Act, State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, longest_of
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import plain
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.roles import Permission

BEFORE = timedelta(minutes=15)
# What lasts hardly longer than that needs no question.
NOT_BRIEF = timedelta(minutes=20)


def ask_about_ends(at: datetime) -> int:
    """A chore of the sweep: ask about everything that ends within fifteen minutes, once; returns how many."""
    due = Alert.objects.filter(
        state=State.PUBLISHED,
        expires_at__gt=at,
        expires_at__lte=at + BEFORE,
        end_asked_at=None,
        lapses_at=None,
        published_at__lte=F("expires_at") - NOT_BRIEF,
    ).exclude(msg_type=MsgType.CANCEL)
    return sum(_ask(key, at) for key in list(due.values_list("pk", flat=True)))


def ends_soon(alert: Alert, at: datetime) -> bool:
    """Is it time to decide, and has nobody?"""
    return (
        alert.state == State.PUBLISHED
        and alert.msg_type != MsgType.CANCEL
        and alert.lapses_at is None
        and alert.expires_at is not None
        and at < alert.expires_at <= at + BEFORE
    )


@transaction.atomic
def extend(actor: Actor, alert: Alert, minutes: int, *, key: str, at: datetime) -> Alert:
    """The same with a later end, as an update; where it takes a second person, they are asked."""
    need(actor, Permission.PUBLISH, alert)
    draft = start_update(actor, alert, at=at)
    ends_at = max(alert.expires_at or at, at) + timedelta(minutes=minutes)
    draft = edit(actor, draft, {"expires_at": min(ends_at, at + longest_of(draft.event))}, at=at)
    if readiness.persons_needed(draft) > 1:
        return submit(actor, draft, at=at)
    return publish(actor, draft, key=key, at=at)


@transaction.atomic
def let_lapse(actor: Actor, alert: Alert, *, at: datetime) -> None:
    """It ends by itself, and nobody is asked again."""
    need(actor, Permission.PUBLISH, alert)
    alert = hold(alert)
    lifecycle.after(alert.state, Act.EXPIRE)
    if alert.lapses_at is None:
        alert.lapses_at = at
        alert.save(update_fields=["lapses_at"])
        record(Verb.ALERT_LAPSES, actor, alert, at=at)


@transaction.atomic
def _ask(key: UUID, at: datetime) -> bool:
    free = Alert.objects.select_for_update(of=("self",), skip_locked=True).select_related("partner")
    alert = free.filter(pk=key, state=State.PUBLISHED, end_asked_at=None).first()
    if alert is None or alert.expires_at is None:
        return False
    ends_at = alert.expires_at
    Alert.objects.filter(pk=key).update(end_asked_at=at)

    def say() -> plain.Said:
        headline = content.words_in(alert, get_language() or "en").headline
        facts = {"time": f"{timezone.localtime(ends_at):%H:%M}", "headline": headline}
        return plain.Said(
            gettext("Ends at %(time)s: %(headline)s") % facts,
            [gettext("Extend it, end it, or let it lapse.")],
            reverse("alerts:end", args=[key]),
        )

    people = telling.senders(alert, at=at)
    telling.tell(
        f"end:{key}", alert, people, say, severity=Severity(alert.severity), lasts=ends_at - at, at=at
    )
    record(Verb.ALERT_END_ASKED, None, alert, at=at, people=len(people))
    return True
