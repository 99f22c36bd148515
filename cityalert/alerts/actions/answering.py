"""What somebody at a screen says back. Delivery keeps it, stops what is queued, and writes the log."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.models import Alert
from cityalert.delivery import receipts, reports
from cityalert.delivery.response import Response
from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from partners.actor import Actor
from partners.roles import Permission

# The channel the answer comes by.
_SCREEN = "dashboard"
MAX_NOTE = 500


class NotAsked(Refusal):
    """They see the alert, but it was not sent to them: nobody waits for their answer."""

    code = "not_asked"
    status = 409
    sentence = _("This alert was not sent to your organisation, so there is nothing to answer.")


def acknowledge(actor: Actor, alert: Alert, *, at: datetime) -> bool:
    """They have it: the person, and with them the partner's screens. False when they had said so before."""
    _need_answer(actor)
    asked = receipts.recipients_of(_notices([alert]), partner_id=actor.partner_id, user_id=actor.user_id)
    if not asked:
        raise NotAsked
    return receipts.acknowledge(asked, actor=actor, user_id=actor.user_id, at=at, via=_SCREEN)


def respond(actor: Actor, alert: Alert, response: str, note: str = "", *, at: datetime) -> None:
    """Safe, need help, or not on site; may be changed later. Whoever responds has acknowledged."""
    _need_answer(actor)
    if response not in Response.values:
        raise NotUsable(field="response")
    note = words.line(note)
    if len(note) > MAX_NOTE:
        raise NotUsable(_("Say it in at most 500 characters."), field="note")
    asked = receipts.recipients_of(_notices([alert]), partner_id=actor.partner_id, user_id=actor.user_id)
    if not asked:
        raise NotAsked
    receipts.respond(
        asked, response=Response(response), note=note, actor=actor, user_id=actor.user_id, at=at, via=_SCREEN
    )


def report_back(actor: Actor, alert: Alert, said: Mapping[str, Any], *, at: datetime) -> None:
    """Words, a photo, a place, to whoever sent it; `said` as `reports.say` takes it."""
    _need_answer(actor)
    asked = receipts.recipients_of(_notices([alert]), partner_id=actor.partner_id, user_id=actor.user_id)
    if not asked:
        raise NotAsked
    reports.say(asked, **said, actor=actor, user_id=actor.user_id, via=_SCREEN, at=at)


def mark_seen(actor: Actor, alerts: Iterable[Alert], *, at: datetime) -> int:
    """These stood before somebody's eyes; returns for how many recipients that is news."""
    asked = receipts.recipients_of(_notices(alerts), partner_id=actor.partner_id, user_id=actor.user_id)
    return receipts.seen(asked, at=at, via=_SCREEN) if asked else 0


def _notices(alerts: Iterable[Alert]) -> list[int]:
    return [alert.notice_id for alert in alerts if alert.notice_id]


def _need_answer(actor: Actor) -> None:
    if not actor.may(Permission.ANSWER):
        raise MayNot
