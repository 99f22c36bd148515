"""The SMS gateway's words and ours, and the proof that a call-back is its own. Sending is `channels.sms_gateway`."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from cityalert.delivery.costs import price_said
from cityalert.delivery.ladder import State
from cityalert.delivery.news import News, told

STATES: Mapping[str, State] = {
    "accepted": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "failed": State.FAILED,
}
MOST_BYTES = 64 * 1024
# How old a signature may be (seconds): a call-back that was recorded is worth nothing later.
FRESH_S = 300


def sign(body: bytes, stamp: int, secret: str) -> str:
    """The header X-Gateway-Signature: HMAC-SHA256 over the time and the body as it travels."""
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def said(request: HttpRequest, *, at: datetime) -> dict[str, Any] | None:
    """What a request says, as `read` reads it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return None
    return read(request.body, request.headers.get("X-Gateway-Signature", ""), at=at)


def read(body: bytes, signature: str, *, at: datetime) -> dict[str, Any] | None:
    """What a call-back says; None if it is old, no JSON object or not signed by the gateway."""
    if not settings.SMS_GATEWAY_SECRET:
        return None
    stamp = signature.partition(",")[0].removeprefix("t=")
    if not (stamp.isdecimal() and len(stamp) < 12 and abs(at.timestamp() - int(stamp)) <= FRESH_S):
        return None
    if not constant_time_compare(signature, sign(body, int(stamp), settings.SMS_GATEWAY_SECRET)):
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def news(attempt_id: int, said: dict[str, Any]) -> News:
    """What a call-back says of a message."""
    word, reason = str(said.get("status", "")), str(said.get("reason", ""))
    price = price_said(str(said.get("price", "")), str(said.get("currency", "")))
    return told("gateway", attempt_id, str(said.get("id", "")), word, STATES.get(word), reason, price)
