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
from cityalert.alerts.vocabulary import Ending, MsgType, ResponseType, Urgency
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from partners.actor import Actor
from partners.roles import Permission

_ACTS = {Ending.ERROR: Act.WITHDRAW}

# Long enough to be delivered to everyone.
SHORTEST = timedelta(hours=1)

_COPIED = (
    "partner_id", "series", "status", "scope", "event", "category", "response_type", "urgency", "severity",
    "certainty", "tlp", "shapes", "area", "area_desc", "area_desc_fr", "audience_kinds", "audience_sectors",
    "audience_roles", "audience_groups", "audience_margin_m", "invited_partners", "invited_members",
    "escalate_after_min", "asks_response", "exercise_note", "onset_at",
)  # fmt: skip


def start_update(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """A draft that says the same as the latest version, to be changed and published in its place."""
    return _start(actor, alert, MsgType.UPDATE, at=at)


def start_cancel(actor: Actor, alert: Alert, ending: Ending = Ending.CANCEL, *, at: datetime) -> Alert:
    """A draft that ends the alert, for everyone whom any version reached."""
    return _start(actor, alert, MsgType.CANCEL, ending, at=at)


@transaction.atomic
def _start(
    actor: Actor, alert: Alert, msg_type: MsgType, ending: Ending | None = None, *, at: datetime
) -> Alert:
    need(actor, Permission.PUBLISH, alert)
    return draft_correction(actor, hold(alert), msg_type, ending, at=at)


def draft_correction(
    actor: Actor, alert: Alert, msg_type: MsgType, ending: Ending | None = None, *, at: datetime
) -> Alert:
    """The draft itself, of an alert that is held, for somebody whose leave was checked."""
    standing = _standing(alert, _ACTS.get(ending, Act.CANCEL) if ending else Act.UPDATE)
    latest = standing[-1]
    begun = _begun(actor, latest, msg_type, ending)
    if begun:
        return begun
    draft = Alert(**{name: getattr(latest, name) for name in _COPIED}, msg_type=msg_type)
    draft.created_by = draft.edited_by = actor.user
    draft.created_at = draft.edited_at = at
    draft.expires_at = max(latest.expires_at or at, at + SHORTEST)
    if ending:
        draft.ending = ending
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
        ending=str(ending or ""),
        replaces=[str(one.pk) for one in standing],
    )
    return draft


def _standing(alert: Alert, act: Act) -> list[Alert]:
    """Every version of the happening that nothing has replaced, the latest last."""
    if alert.msg_type == MsgType.CANCEL and alert.state not in UNSAID:
        raise NotAllowed(_("This alert is over. Write a new one."))
    lifecycle.after(alert.state, act)
    standing = Alert.objects.filter(series=alert.series, state__in=STANDING).exclude(msg_type=MsgType.CANCEL)
    return list(standing.order_by("published_at", "pk").prefetch_related("infos"))


def _begun(actor: Actor, latest: Alert, msg_type: MsgType, ending: Ending | None) -> Alert | None:
    """The same correction, begun by the same person and not sent yet: pressing twice opens one draft."""
    return Alert.objects.filter(
        references=latest,
        msg_type=msg_type,
        ending=ending or "",
        state=State.DRAFT,
        discarded_at=None,
        created_by=actor.user,
        partner=latest.partner_id,
    ).first()


def _copy_words(info: Info, draft: Alert) -> None:
    said = {name: getattr(info, name) for name in content.WORDS}
    if draft.ending and info.headline:
        said |= ending_words(info, Ending(draft.ending))
    # The headline stays whose it was, even where the rest is our own.
    by_machine = info.is_machine_translated
    Info.objects.create(alert=draft, language=info.language, is_machine_translated=by_machine, **said)


def ending_words(info: Info, ending: Ending) -> dict[str, str]:
    """What an ending says unless somebody changes it, in the language of what it ends."""
    with translation.override(info.language):
        instruction = {
            Ending.CANCEL: gettext("It is over. There is nothing more you need to do."),
            Ending.ALL_CLEAR: gettext(
                "All clear: the danger has passed. There is nothing more you need to do."
            ),
            Ending.ERROR: gettext(
                "This was a mistake. There is no danger, and nothing you need to do. We apologize."
            ),
        }[ending]
        headline = info.headline
        if ending == Ending.ERROR:
            # In every list, feed and text message the headline alone has to say so.
            headline = gettext("Sent by mistake: %(headline)s") % {"headline": headline}
    return {"headline": _cut(headline), "instruction": instruction, "description": ""}


def _cut(headline: str) -> str:
    at_most = content.longest("headline")
    return headline if len(headline) <= at_most else f"{headline[: at_most - 1].rstrip()}…"
