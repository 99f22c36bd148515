"""Telephone calls: they ring, are answered, the words are heard, keys are pressed. Their API is `calls_api`."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from cityalert.lib.clock import now
from cityalert.sandbox.accepting import E164
from cityalert.sandbox.errors import REFUSED_NUMBERS, refusal
from cityalert.sandbox.messages import API, _date, new_sid
from cityalert.sandbox.webhooks import Answer, Webhook, Webhooks

KEEP = 500
# Of every call that was answered, in seconds: two minutes of a bill.
LASTS_S = 75
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
# How a call may go that nobody answers in person: Twilio's status, and who answered.
ENDINGS = {"busy": ("busy", ""), "no-answer": ("no-answer", ""), "machine": ("completed", "machine_end_beep")}


@dataclass(slots=True, eq=False)
class Call:
    """One call to a phone; `heard` is what has been said on it."""

    account: str
    to: str
    sender: str
    twiml: str
    callback: str
    status: str = "ringing"
    answered_by: str = ""
    keys_url: str = ""
    sid: str = field(default_factory=lambda: new_sid("CA"))
    created_at: datetime = field(default_factory=now)
    heard: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Has somebody hung up, or never answered?"""
        return self.status in OVER

    def says(self, text: str) -> bool:
        """Was that said, in whatever case?"""
        return any(text.casefold() in one.casefold() for one in self.heard)

    def as_json(self) -> dict[str, object]:
        """The Call resource of Twilio's API, as far as anybody here reads it."""
        created = _date(self.created_at)
        return {
            "account_sid": self.account,
            "answered_by": self.answered_by or None,
            "api_version": API,
            "date_created": created,
            "date_updated": created,
            "direction": "outbound-api",
            "from": self.sender,
            "sid": self.sid,
            "start_time": created,
            "status": self.status,
            "to": self.to,
            "uri": f"/{API}/Accounts/{self.account}/Calls/{self.sid}.json",
        }


class Calls:
    """All calls, the newest last. Whoever waits for one is woken by `changed`."""

    def __init__(self, webhooks: Webhooks, changed: threading.Condition) -> None:
        self.made: deque[Call] = deque(maxlen=KEEP)
        self._webhooks, self._changed = webhooks, changed

    def place(self, form: dict[str, str], account: str) -> Call:
        """Have a phone ring; raises Refusal with Twilio's code."""
        to = form.get("To", "")
        if to in REFUSED_NUMBERS:
            raise refusal(REFUSED_NUMBERS[to], to)
        if not E164.fullmatch(to) or not to.startswith("+1"):
            raise refusal(21211, to)
        if not form.get("Twiml"):
            raise refusal(21602)
        call = Call(account, to, form.get("From", ""), form["Twiml"], form.get("StatusCallback", ""))
        with self._changed:
            self.made.append(call)
            self._changed.notify_all()
        return call

    def to(self, number: str) -> list[Call]:
        """Those to a number, the newest first."""
        return [call for call in reversed(list(self.made)) if call.to == number]

    def expect(self, number: str, within: float = 5.0) -> Call:
        """The call that rings at a phone, answered or not yet; AssertionError if none does so in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.current(number), timeout=within):
                raise AssertionError(f"No call came to {number} within {within} s")
        call = self.current(number)
        assert call is not None  # noqa: S101 - it was there a moment ago, and nobody else answers it
        return call

    def current(self, number: str) -> Call | None:
        """The call that rings or goes on at a phone."""
        return next((call for call in self.to(number) if not call.is_over), None)

    def answer(self, call: Call) -> Call:
        """Pick up: what is said is heard."""
        call.status, call.answered_by = "in-progress", "human"
        _hear(call, call.twiml)
        return call

    def press(self, call: Call, key: str) -> Call:
        """Press a key and hear what follows; waits for it."""
        if hook := self._key_hook(call, key):
            self._pressed(call, self._webhooks.post_now(hook))
        return call

    async def press_soon(self, call: Call, key: str) -> None:
        """The same from the sandbox's own event loop."""
        if hook := self._key_hook(call, key):
            self._pressed(call, await self._webhooks.post(hook))

    def end(self, call: Call, how: str = "") -> None:
        """Hang up or, with `how` one of ENDINGS, never answer in person; waits until CityAlert has heard."""
        if hook := self._end_hook(call, how):
            self._webhooks.post_now(hook)

    async def end_soon(self, call: Call, how: str = "") -> None:
        """The same from the sandbox's own event loop."""
        if hook := self._end_hook(call, how):
            await self._webhooks.post(hook)

    def _key_hook(self, call: Call, key: str) -> Webhook | None:
        if call.status != "in-progress" or not call.keys_url:
            return None
        return self._webhooks.make(call.keys_url, {**_fields(call), "Digits": key})

    def _pressed(self, call: Call, answer: Answer) -> None:
        call.keys_url = ""
        _hear(call, answer.body)

    def _end_hook(self, call: Call, how: str) -> Webhook | None:
        if call.is_over:
            return None
        call.status, answered_by = ENDINGS.get(how, ("completed", call.answered_by))
        call.answered_by = answered_by
        return self._webhooks.make(call.callback, _fields(call)) if call.callback else None


def _fields(call: Call) -> dict[str, str]:
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.account,
        "From": call.sender,
        "To": call.to,
        "CallStatus": call.status,
        "ApiVersion": API,
        "Direction": "outbound-api",
    }
    if call.status == "completed":
        fields["CallDuration"] = str(LASTS_S)
    return fields | ({"AnsweredBy": call.answered_by} if call.answered_by else {})


def _hear(call: Call, twiml: str) -> None:
    """What a piece of TwiML says, and where its keys lead."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(twiml.encode(), parser)
    except etree.XMLSyntaxError:
        call.heard.append("An application error has occurred. Goodbye.")  # Twilio's own words
        return
    call.heard += ["".join(map(str, node.itertext())).strip() for node in root.iter("Say")]
    gather = next(root.iter("Gather"), None)
    call.keys_url = str(gather.get("action", "")) if gather is not None else ""
