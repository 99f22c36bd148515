"""What Twilio decides: whether a text is accepted, who has said STOP, which faults happen. No HTTP here."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from cityalert.sandbox.accepting import checked
from cityalert.sandbox.behaviour import Callbacks, Fault, Pace, Rule, Rules, Throttle
from cityalert.sandbox.calls import Calls
from cityalert.sandbox.carrier import Carrier
from cityalert.sandbox.errors import LATE, LATE_NUMBERS, Refusal, refusal
from cityalert.sandbox.messages import Message, Store
from cityalert.sandbox.options import Options
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.webhooks import Webhooks

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
        self, options: Options, phones: Phones, webhooks: Webhooks, lock: threading.Condition
    ) -> None:
        self.account, self.token, self.sender = options.account, options.token, options.sender
        self.messages = Store(options.keep_texts, lock)
        self.blocked: set[str] = set()
        self.calls = Calls(webhooks, lock)
        self.latency = 0.0
        self.rules: Rules[Fault] = Rules()
        self.carrier = Carrier(phones, webhooks, options)
        self._pace = options.pace
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
        self.carrier.pace, self.carrier.callbacks = self._pace, Callbacks()

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
        message = checked(form, self.account)
        if message.to in self.blocked:
            raise refusal(21610)
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
