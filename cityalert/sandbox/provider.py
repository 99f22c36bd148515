"""What Twilio decides: whether a text is accepted, who has said STOP, and which faults were asked for. No HTTP here."""

import asyncio
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack
from urllib.parse import urlsplit

from cityalert.sandbox.behaviour import Callbacks, Fault, Pace, Rule, Rules, Throttle
from cityalert.sandbox.carrier import Carrier
from cityalert.sandbox.errors import LATE, LATE_NUMBERS, REFUSED_NUMBERS, Refusal, refusal
from cityalert.sandbox.messages import Message, Store
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.webhooks import Webhooks

E164 = re.compile(r"\+[1-9]\d{6,14}")
SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
REGIONS = ("+1",)  # what this account may send to
BODY_LIMIT = 1600
VALIDITY = range(1, 36_001)
ACCEPTING = frozenset({Fault.HANG, Fault.DROP_AFTER, Fault.UNDELIVERED})


class Changes(TypedDict, total=False):
    """What `behave` can change for good, until `calm`."""

    latency: float  # seconds before each answer
    per_second: float  # messages a second, then 429; 0 for no limit
    pace: Pace
    callbacks: Callbacks


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that was taken, and the fault its answer is to suffer."""

    message: Message
    fault: Fault | None = None


class Twilio:
    """One account: its credentials, its messages, its block list, and its moods."""

    def __init__(
        self,
        *,
        account: str,
        token: str,
        sender: str,
        pace: Pace,
        keep: int,
        webhooks: Webhooks,
        phones: Phones,
        lock: threading.Condition,
    ) -> None:
        self.account, self.token, self.sender = account, token, sender
        self.messages = Store(keep, lock)
        self.blocked: set[str] = set()
        self.latency = 0.0
        self.rules: Rules[Fault] = Rules()
        self.carrier = Carrier(phones, webhooks, sender)
        self.carrier.pace = self._first_pace = pace
        self._phones = phones
        self._throttle = Throttle()

    def behave(
        self,
        fault: Fault | None = None,
        *,
        times: int | None = None,
        to: str = "",
        code: int = 0,
        status: int = 0,
        **changes: Unpack[Changes],
    ) -> None:
        """Change how the provider behaves.

        With a `fault`: for messages `to` one number or to all, so many `times` or until `calm`; `code` is
        Twilio's, and for `Fault.ERROR` `status` is the HTTP status if it is to differ from the code's own.
        Without: latency, rate, pace and call-backs, until `calm`.
        """
        if fault is not None:
            if fault is Fault.UNDELIVERED and (code or 30003) not in LATE:
                raise ValueError(f"{code} is no code of an undelivered message; known are {sorted(LATE)}.")
            self.rules.add(Rule(fault, to=to, times=times, code=code, status=status))
        self.latency = changes.get("latency", self.latency)
        self._throttle.per_second = changes.get("per_second", self._throttle.per_second)
        self.carrier.pace = changes.get("pace", self.carrier.pace)
        self.carrier.callbacks = changes.get("callbacks", self.carrier.callbacks)

    def calm(self) -> None:
        """Take back every change of behaviour. Messages and the block list stay."""
        self.rules.clear()
        self.latency = self._throttle.per_second = 0.0
        self.carrier.pace, self.carrier.callbacks = self._first_pace, Callbacks()

    @property
    def per_second(self) -> float:
        """Messages a second that are accepted; 0 for no limit."""
        return self._throttle.per_second

    def before_accepting(self, to: str) -> Fault | None:
        """The fault a request for `to` meets at the door; raises the Refusal when that is an answer."""
        rule = self.rules.take(to, lambda fault: fault not in ACCEPTING)
        if rule is None or rule.fault is not Fault.ERROR:
            return rule.fault if rule else None
        known = refusal(rule.code or 20500)
        raise Refusal(known.code, known.message, rule.status or known.status)

    def create(self, form: Mapping[str, str]) -> Accepted:
        """Accept the message in `form` and send it on its way; raises Refusal with Twilio's code."""
        message = self._checked(form)
        if not self._throttle.allows(asyncio.get_running_loop().time()):
            raise refusal(20429)
        rule = self.rules.take(message.to, lambda fault: fault in ACCEPTING)
        late = LATE_NUMBERS.get(message.to, 0)
        if rule and rule.fault is Fault.UNDELIVERED:
            late = rule.code or 30003
        self.keep(message)
        self.carrier.take(message, late)
        return Accepted(message, rule.fault if rule else None)

    def keep(self, message: Message) -> None:
        """Put `message` on record; the oldest make room for it, on the phones as well."""
        for old in self.messages.add(message):
            self._phones.forget(old)

    def _checked(self, form: Mapping[str, str]) -> Message:
        to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
        body, callback = form.get("Body", ""), form.get("StatusCallback", "")
        if not to:
            raise refusal(21604)
        if to in REFUSED_NUMBERS:
            raise refusal(REFUSED_NUMBERS[to], to)
        if not E164.fullmatch(to):
            raise refusal(21211, to)
        if not to.startswith(REGIONS):
            raise refusal(21408, to)
        if not sender and not service:
            raise refusal(21603)
        if sender and not SENDER.fullmatch(sender):
            raise refusal(21212, sender)
        if service and not SERVICE.fullmatch(service):
            raise refusal(21701, service)
        if not body:
            raise refusal(21602)
        if len(body) > BODY_LIMIT:
            raise refusal(21617)
        if callback and not _is_url(callback):
            raise refusal(21609, callback)
        if to in self.blocked:
            raise refusal(21610)
        return Message(
            account=self.account,
            to=to,
            sender=sender,
            body=body,
            direction="outbound-api",
            status="queued" if sender else "accepted",
            service=service,
            callback=callback,
            validity=_validity(form.get("ValidityPeriod", "")),
        )


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "_" not in parts.hostname
    except ValueError:
        return False


def _validity(text: str) -> int:
    if not text:
        return VALIDITY[-1]
    if not text.isdecimal() or int(text) not in VALIDITY:
        raise refusal(20001, f"ValidityPeriod {text} is not between {VALIDITY[0]} and {VALIDITY[-1]} seconds")
    return int(text)
