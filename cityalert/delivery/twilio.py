"""Twilio's words and ours, and the proof that a call-back is Twilio's. Sending is `channels.sms`."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from twilio.request_validator import RequestValidator

from cityalert.delivery.ladder import State

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATES: Mapping[str, State] = {
    "accepted": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.SEEN,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}

# https://www.twilio.com/docs/api/errors
REASONS: Mapping[str, str] = {
    "30003": "the phone is off or out of reach",
    "30004": "the carrier blocked the message",
    "30005": "the number does not exist",
    "30006": "a landline, or a carrier that cannot be reached",
    "30007": "the carrier took it for spam",
    "30008": "the carrier does not say why",
}


def is_signed(request: HttpRequest) -> bool:
    """Is this request Twilio's? Checked over the public URL: behind a proxy the request's own differs."""
    url = settings.PUBLIC_URL + request.get_full_path()
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    return bool(validator.validate(url, request.POST, request.headers.get("X-Twilio-Signature", "")))
