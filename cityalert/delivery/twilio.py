"""Twilio's words and ours, and the proof that a call-back is Twilio's. Sending is `channels.sms`."""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from cityalert.delivery.costs import price_said
from cityalert.delivery.ladder import State
from cityalert.delivery.news import News, told

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


def is_signed(path: str, form: QueryDict, signature: str) -> bool:
    """Is this Twilio's? Checked over the public URL: behind a proxy the request's own differs."""
    return bool(_validator(settings.TWILIO_AUTH_TOKEN).validate(settings.PUBLIC_URL + path, form, signature))


@cache
def _validator(token: str) -> RequestValidator:
    return RequestValidator(token)


def read(path: str, body: bytes, signature: str) -> QueryDict | None:
    """A form that was posted to a path (with its query); None if Twilio did not sign it."""
    try:
        form = QueryDict(body)
    except (SuspiciousOperation, UnicodeDecodeError):
        return None
    return form if is_signed(path, form, signature) else None


def news(attempt_id: int, form: QueryDict) -> News:
    """What a call-back says of a message."""
    word, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
    reason = REASONS.get(code, f"Twilio error {code}") if code else ""
    price = price_said(form.get("Price", ""), form.get("PriceUnit", ""))
    return told("twilio", attempt_id, form.get("MessageSid", ""), word, STATES.get(word), reason, price)


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
        if not is_signed(
            request.get_full_path(), request.POST, request.headers.get("X-Twilio-Signature", "")
        ):
            return HttpResponseForbidden("The signature is not Twilio's.", content_type="text/plain")
        return view(request, *args, **kwargs)

    return inner
