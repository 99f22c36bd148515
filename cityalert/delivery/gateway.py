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

from cityalert.delivery.ladder import State

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
    """What a call-back says; None if it is too large, old, no JSON object or not signed by the gateway."""
    if not settings.SMS_GATEWAY_SECRET or int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return None
    header = request.headers.get("X-Gateway-Signature", "")
    stamp = header.partition(",")[0].removeprefix("t=")
    if not (stamp.isdecimal() and len(stamp) < 12 and abs(at.timestamp() - int(stamp)) <= FRESH_S):
        return None
    if not constant_time_compare(header, sign(request.body, int(stamp), settings.SMS_GATEWAY_SECRET)):
        return None
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
