"""What comes of a telephone call: how it ended, and which key was pressed."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.delivery import forgetting, receipts, spoken
from cityalert.delivery.channels.voice import keys_url
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery, Notice

VOICE = "voice"
# Somebody who does not pick up is called again twice, as long as the alert runs.
TRIES = 3
AFTER = timedelta(seconds=60)

# https://www.twilio.com/docs/voice/api/call-resource#call-status-values
_STATES = {"completed": State.DELIVERED, "failed": State.FAILED, "canceled": State.FAILED}
_NOBODY = {"busy": "busy", "no-answer": "nobody answered"}
_REASONS = {"failed": "the number could not be called", "canceled": "called off"}


def ended(*, attempt_id: int, call_id: str, status: str, answered_by: str, at: datetime) -> bool:
    """Twilio's news of a call. Nobody there: again, within limits. False when nothing changed."""
    told: dict[str, Any] = {"provider": "twilio", "attempt_id": attempt_id, "provider_id": call_id, "at": at}
    is_machine = status == "completed" and answered_by.startswith("machine")
    if is_machine or status in _NOBODY:
        reason = "an answering machine took it" if is_machine else _NOBODY[status]
        return receipts.try_again(
            **told, news=reason, at_most=TRIES, after=AFTER, reason=reason, may_be_heard=is_machine
        )
    state, reason = _STATES.get(status, State.SENT), _REASONS.get(status, "")
    if answered_by == "fax":
        state, reason = State.FAILED, "a fax machine"
    return receipts.provider_says(**told, news=status[:40], state=state, reason=reason)


def pressed(*, attempt_id: int, call_id: str, key: str, at: datetime) -> str:
    """Do what a key asks; what to say then, as TwiML."""
    tried = Attempt.objects.select_related("delivery__notice", "delivery__recipient__subscriber__user")
    attempt = tried.filter(pk=attempt_id, delivery__channel=VOICE).first()
    if attempt is None or attempt.provider_id not in {"", call_id}:
        return spoken.farewell("", "en")
    delivery = attempt.delivery
    with translation.override(delivery.language):
        if key == spoken.STOP:
            forgetting.stop(VOICE, delivery.address, at=at, by_text=True)
            return spoken.farewell(_("You will not be called any more. Goodbye."), delivery.language)
        if key == spoken.ACKNOWLEDGE and _acknowledge(delivery, at=at):
            return spoken.farewell(_("Acknowledged. Thank you. Goodbye."), delivery.language)
    texts = delivery.notice.texts[delivery.language]
    return spoken.call(texts, delivery.language, keys_url(attempt_id))


def _acknowledge(delivery: Delivery, *, at: datetime) -> bool:
    recipient = delivery.recipient
    if delivery.notice.topic.startswith(Notice.ABOUT_CONTACT) or receipts.has_left(recipient, at):
        return False
    user_id = receipts.person(recipient)
    receipts.acknowledge([recipient], actor=None, user_id=user_id, at=at, via=VOICE)
    return True
