"""Whether Twilio would accept a message: a form in, a message or a Refusal out. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cityalert.sandbox.errors import REFUSED_NUMBERS, refusal
from cityalert.sandbox.messages import Message

E164 = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_REGIONS = ("+1",)  # what this account may send to
_BODY_LIMIT = 1600
_VALIDITY = range(1, 36_001)  # seconds


def checked(form: Mapping[str, str], account: str) -> Message:
    """The message that `form` asks for, not yet on its way; raises Refusal with Twilio's code."""
    to = _to(form.get("To", ""))
    sender, service = _from(form.get("From", ""), form.get("MessagingServiceSid", ""))
    return Message(
        account=account,
        to=to,
        sender=sender,
        body=_body(form.get("Body", "")),
        direction="outbound-api",
        status="queued" if sender else "accepted",
        service=service,
        callback=_callback(form.get("StatusCallback", "")),
        validity=_validity(form.get("ValidityPeriod", "")),
    )


def _to(number: str) -> str:
    if not number:
        raise refusal(21604)
    if number in REFUSED_NUMBERS:
        raise refusal(REFUSED_NUMBERS[number], number)
    if not E164.fullmatch(number):
        raise refusal(21211, number)
    if not number.startswith(_REGIONS):
        raise refusal(21408, number)
    return number


def _from(sender: str, service: str) -> tuple[str, str]:
    if not sender and not service:
        raise refusal(21603)
    if sender and not _SENDER.fullmatch(sender):
        raise refusal(21212, sender)
    if service and not _SERVICE.fullmatch(service):
        raise refusal(21701, service)
    return sender, service


def _body(body: str) -> str:
    if not body:
        raise refusal(21602)
    if len(body) > _BODY_LIMIT:
        raise refusal(21617)
    return body


def _callback(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise refusal(21609, url) from None
    if url and (parts.scheme not in ("http", "https") or not host or "_" in host):
        raise refusal(21609, url)
    return url


def _validity(text: str) -> int:
    if not text:
        return _VALIDITY[-1]
    if not text.isdecimal() or int(text) not in _VALIDITY:
        raise refusal(20001, f"ValidityPeriod {text} is not from {_VALIDITY[0]} to {_VALIDITY[-1]} seconds")
    return int(text)
