"""A mail provider's news: delivered, bounced, called spam. Anymail reads them; here they become ours."""

from collections.abc import Callable
from typing import Any

from anymail.signals import EventType, RejectReason, tracking
from django.conf import settings
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve

from cityalert.delivery import receipts
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt
from cityalert.lib import clock
from cityalert.subscriptions import actions as subscriptions

EMAIL = "email"
STATES = {
    EventType.QUEUED: State.SENT,
    EventType.SENT: State.SENT,
    EventType.DEFERRED: State.SENT,
    EventType.DELIVERED: State.DELIVERED,
    EventType.BOUNCED: State.FAILED,
    EventType.REJECTED: State.FAILED,
    EventType.FAILED: State.FAILED,
}
# There is no such mailbox. A full one, or one that takes us for spam today, may be there tomorrow.
_GONE = frozenset({RejectReason.INVALID, RejectReason.BOUNCED})
_WANT_NO_MORE = frozenset({EventType.COMPLAINED, EventType.UNSUBSCRIBED})


def hook() -> Callable[..., HttpResponseBase] | None:
    """Anymail's view for the provider that is set up; none without a provider, or without a secret to know it by."""
    if not settings.MAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return None
    try:
        return resolve(f"/{settings.MAIL_PROVIDER}/tracking/", "anymail.urls").func
    except Resolver404:
        return None


def heard(event: Any, **_kwargs: Any) -> None:
    """One piece of news. It counts for the attempt that its metadata name and the address that one went to."""
    named = str((event.metadata or {}).get("attempt", ""))
    if not (named.isdecimal() and len(named) < 19):
        return
    tried = Attempt.objects.select_related("delivery").filter(pk=int(named), delivery__channel=EMAIL)
    attempt = tried.first()
    if attempt is None or attempt.provider_id not in {"", str(event.message_id)}:
        return
    at, address = clock.now(), attempt.delivery.address
    receipts.provider_says(
        provider=settings.MAIL_PROVIDER[:20],
        attempt_id=attempt.pk,
        provider_id=str(event.message_id)[:120],
        news=f"{event.event_type} {event.event_id or ''}"[:40],
        state=STATES.get(event.event_type),
        reason=str(event.reject_reason or event.event_type)
        if STATES.get(event.event_type) == State.FAILED
        else "",
        at=at,
    )
    if event.event_type in _WANT_NO_MORE:
        subscriptions.stop(EMAIL, address, at=at)
    elif event.event_type == EventType.BOUNCED and event.reject_reason in _GONE:
        subscriptions.gone(EMAIL, address, at=at)


tracking.connect(heard, dispatch_uid="cityalert.delivery.mail_events")
