"""Starting a correction: a new draft that references what it will replace. Publishing it is `releasing`'s."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import content, lifecycle
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.lifecycle import STANDING, UNSAID, Act, NotAllowed, State
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import MsgType, ResponseType, Urgency
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from partners.actor import Actor
from partners.roles import Permission

# Long enough to be delivered to everyone.
SHORTEST = timedelta(hours=1)

_COPIED = (
    "partner_id", "series", "status", "scope", "event", "category", "response_type", "urgency", "severity",
    "certainty", "tlp", "shapes", "area", "area_desc", "audience_kinds", "audience_sectors", "audience_roles",
    "audience_groups", "audience_margin_m",
    "escalate_after_min", "asks_response", "exercise_note",
)  # fmt: skip


def start_update(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """A draft that says the same as the latest version, to be changed and published in its place."""
    return _start(actor, alert, MsgType.UPDATE, at=at)


def start_cancel(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """A draft that ends the alert, for everyone whom any version reached."""
    return _start(actor, alert, MsgType.CANCEL, at=at)


@transaction.atomic
def _start(actor: Actor, alert: Alert, msg_type: MsgType, *, at: datetime) -> Alert:
    need(actor, Permission.PUBLISH, alert)
    alert = hold(alert)
    standing = _standing(alert, msg_type)
    latest = standing[-1]
    begun = _begun(actor, latest, msg_type)
    if begun:
        return begun
    draft = Alert(**{name: getattr(latest, name) for name in _COPIED}, msg_type=msg_type)
    draft.created_by = draft.edited_by = actor.user
    draft.created_at = draft.edited_at = at
    draft.expires_at = max(latest.expires_at or at, at + SHORTEST)
    if msg_type == MsgType.CANCEL:
        draft.response_type, draft.urgency = ResponseType.ALL_CLEAR, Urgency.PAST
        draft.asks_response, draft.escalate_after_min = False, None
    draft.save(force_insert=True)
    draft.references.set(standing)
    for info in latest.infos.all():
        _copy_words(info, draft)
    record(
        Verb.ALERT_DRAFTED,
        actor,
        draft,
        at=at,
        msg_type=str(msg_type),
        replaces=[str(one.pk) for one in standing],
    )
    return draft


def _standing(alert: Alert, msg_type: MsgType) -> list[Alert]:
    """Every version of the happening that nothing has replaced, the latest last."""
    if alert.msg_type == MsgType.CANCEL and alert.state not in UNSAID:
        raise NotAllowed(_("This alert is over. Write a new one."))
    lifecycle.after(alert.state, Act.CANCEL if msg_type == MsgType.CANCEL else Act.UPDATE)
    standing = Alert.objects.filter(series=alert.series, state__in=STANDING).exclude(msg_type=MsgType.CANCEL)
    return list(standing.order_by("published_at", "pk").prefetch_related("infos"))


def _begun(actor: Actor, latest: Alert, msg_type: MsgType) -> Alert | None:
    """The same correction, begun by the same person and not sent yet: pressing twice opens one draft."""
    return Alert.objects.filter(
        references=latest,
        msg_type=msg_type,
        state=State.DRAFT,
        created_by=actor.user,
        partner=latest.partner_id,
    ).first()


def _copy_words(info: Info, draft: Alert) -> None:
    said = {name: getattr(info, name) for name in content.WORDS}
    if draft.msg_type == MsgType.CANCEL and info.headline:
        with translation.override(info.language):
            said["instruction"] = gettext("It is over. There is nothing more you need to do.")
            said["description"] = ""
    Info.objects.create(alert=draft, language=info.language, **said)
