"""Twilio's words and ours, and the proof that a call-back is Twilio's. Sending is `channels.sms`."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from cityalert.delivery.ladder import State

P = ParamSpec("P")

# A text has at most 1,600 characters, and a call-back little besides it.
LONGEST_TEXT = 1600
MOST_BYTES = 64 * 1024

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


def signed(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only Twilio's own POSTs in: no larger than one can be, and signed."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return HttpResponse("Too large.", status=413, content_type="text/plain")
        if not is_signed(request):
            return HttpResponseForbidden("The signature is not Twilio's.", content_type="text/plain")
        return view(request, *args, **kwargs)

    return inner
