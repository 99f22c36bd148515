"""Web Push: the message is encrypted here for one browser, and its push service carries what it cannot read."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.delivery import vapid
from cityalert.delivery.aes128gcm import encrypted
from cityalert.delivery.channels.base import ChannelError, Message, OutcomeUnknown
from cityalert.lib import clock, outbound
from cityalert.lib.severity import Severity
from cityalert.subscriptions.devices import Device, NotADevice, trusted

# A service keeps a message for a browser that is away for four weeks at most (FCM); the record has 4,096 bytes.
LONGEST_TTL_S = 2_419_200
TITLE, BODY = 150, 500
LONGEST_PAUSE_S = 300
# No longer than any service keeps them: a message into a connection that is just being closed has an unknown outcome.
KEPT_S = 5.0
# Low waits for a charger, normal for a screen that is lit; high wakes the device.
URGENCY: Mapping[Severity, str] = {
    Severity.EXTREME: "high",
    Severity.SEVERE: "high",
    Severity.MODERATE: "normal",
    Severity.MINOR: "low",
    Severity.UNKNOWN: "normal",
}


class Push:
    """Messages to browsers, installed as an app or not. A push service cannot be asked what it has."""

    name = "push"
    in_flight = 20
    can_look_up = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator[outbound.Line]:
        """Thousands of browsers have one of four services: its connections are kept from one message to the next."""
        async with outbound.line(allow=trusted(), kept_s=KEPT_S, at_once=self.in_flight) as line:
            yield line

    async def send(self, line: outbound.Line, message: Message) -> str:
        """Hand one message to the browser's push service; returns where the service keeps it."""
        device = _device(message)
        left_s = int((message.expires_at - clock.now()).total_seconds())
        if left_s < 1:
            raise ChannelError("ended before it could be sent", permanent=True)
        headers = {
            "Authorization": vapid.authorization(device.origin, message.started_at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(min(left_s, LONGEST_TTL_S)),
            "Urgency": URGENCY[message.severity],
            # The service keeps one message for each topic: an update replaces what was not shown yet.
            "Topic": topic(message.series),
        }
        try:
            answer = await line.request(
                "POST",
                device.endpoint,
                body=encrypted(payload(message), device.public_key, device.secret),
                headers=headers,
                within_s=settings.DELIVERY_TIMEOUT_S,
            )
        except outbound.NotAllowed as error:
            raise ChannelError("not an address we send to", permanent=True) from error
        except outbound.NotConnected as error:
            raise ChannelError("the push service cannot be reached") from error
        except outbound.Unreachable as error:
            raise OutcomeUnknown("the push service did not answer") from error
        return _outcome(answer) or message.message_key

    async def find(self, _line: outbound.Line, _message: Message) -> str | None:
        """Always raises ChannelError."""
        raise ChannelError("a push service cannot be asked")


def topic(series: str) -> str:
    """The same for all versions of one happening: at most 32 letters of base64url (RFC 8030, section 5.4)."""
    return urlsafe_b64encode(sha256(series.encode()).digest()).decode()[:32]


def payload(message: Message) -> bytes:
    """What the service worker (static/js/service-worker.js) reads."""
    said: dict[str, Any] = {
        "title": _cut(message.texts.get("subject", settings.SITE_NAME), TITLE),
        "body": _cut(_body(message), BODY),
        # What is about the device itself has a page of its own to lead to, and asks for no answer.
        "link": message.texts.get("page", message.link),
        "tag": topic(message.series),
        "language": message.language,
        "severity": message.severity.slug,
        "stays": message.severity >= Severity.SEVERE,
        "asks": message.asks,
        "words": _words(message.language),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _device(message: Message) -> Device:
    if not vapid.is_on():
        raise ChannelError("push is not set up: VAPID_PRIVATE_KEY is empty", permanent=True)
    try:
        return Device.read(message.address)
    except NotADevice as error:
        raise ChannelError(str(error), permanent=True) from error


def _outcome(answer: outbound.Answer) -> str:
    """Where the service keeps it, if it says so. Raises ChannelError or OutcomeUnknown."""
    if answer.status < 300:
        return answer.headers.get("Location", "")[:120]
    if answer.status in {404, 410}:
        raise ChannelError("the browser has ended its subscription", is_gone=True)
    if answer.status in {429, 503}:
        raise ChannelError("the push service asks us to slow down", pause_s=_pause_s(answer))
    if answer.status >= 500:
        # A server's fault may come after it took the message.
        raise OutcomeUnknown(f"the push service answered {answer.status}")
    raise ChannelError(f"the push service refused it ({answer.status})", permanent=True)


def _pause_s(answer: outbound.Answer) -> int:
    """Retry-After is seconds or a date; without one, a little."""
    said = answer.headers.get("Retry-After", "")
    if said.isdecimal():
        wait_s = int(said[:6])
    else:
        try:
            wait_s = int((parsedate_to_datetime(said) - clock.now()).total_seconds())
        except (ValueError, TypeError):
            wait_s = 5
    return max(1, min(wait_s, LONGEST_PAUSE_S))


def _body(message: Message) -> str:
    """The words made for it; of what has none, the text of the mail without the lines that hold a link."""
    if "push" in message.texts:
        return message.texts["push"]
    lines = message.texts.get("text", "").splitlines()
    return " ".join(
        line.strip() for line in lines if line.strip() and "://" not in line and "{link}" not in line
    )


def _cut(text: str, at_most: int) -> str:
    return text if len(text) <= at_most else f"{text[: at_most - 1].rstrip()}…"


@cache
def _words(language: str) -> dict[str, str]:
    """What the buttons say: the service worker knows no language."""
    with translation.override(language):
        return {
            "acknowledge": _("Acknowledge"),
            "open": _("Open"),
            "done": _("Acknowledged"),
            "later": _("You are offline. It is acknowledged as soon as you are not."),
        }
