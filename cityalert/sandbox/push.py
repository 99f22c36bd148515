"""A push service and the browsers behind it: whoever sends is verified, and what is sent is really decrypted."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cityalert.lib.clock import now
from cityalert.sandbox import webpush
from cityalert.sandbox.arrivals import Arrivals
from cityalert.sandbox.behaviour import Rule, Rules
from cityalert.sandbox.http import (
    Receive,
    Response,
    Scope,
    Send,
    TooLarge,
    hang_up,
    header,
    read_body,
    until_gone,
)

PREFIX = "/push/to/"
KEPT = 200  # messages of one browser
LARGEST = 4096  # bytes; RFC 8030 lets a service refuse more


class PushFault(StrEnum):
    """What may go wrong with one message that is handed to the push service."""

    GONE = "gone"  # 410: the browser has ended its subscription
    SLOW_DOWN = "slow-down"  # 429, with Retry-After
    ERROR = "error"  # 500
    DROP = "drop"  # the connection closes, not accepted
    HANG = "hang"  # accepted, and no answer ever comes


@dataclass(slots=True, eq=False)
class Pushed:
    """One message as a browser has it."""

    said: dict[str, Any]
    topic: str
    urgency: str
    ttl: int
    at: datetime = field(default_factory=now)
    read: bool = False

    def says(self, text: str) -> bool:
        """Is `text` in the title or the words, in whatever case?"""
        wanted = text.casefold()
        return any(wanted in str(self.said.get(part, "")).casefold() for part in ("title", "body"))

    def __str__(self) -> str:
        return f"{self.said.get('title')!r}"


class Browser(Arrivals[Pushed]):
    """One browser: its keys, what it shows, and what waits for it while it is away."""

    def __init__(self, name: str, url: str, changed: threading.Condition) -> None:
        super().__init__(name, changed)
        self.keys = webpush.Keys.of(name)
        self.endpoint = f"{url}{PREFIX}{name}"
        self.is_away = False
        self.waiting: deque[Pushed] = deque(maxlen=KEPT)

    @property
    def subscription(self) -> str:
        """What the browser would say of itself: "endpoint p256dh auth"."""
        return f"{self.endpoint} {self.keys.p256dh} {self.keys.auth}"

    @property
    def messages(self) -> list[Pushed]:
        """What it has shown, oldest first; one of the same tag takes the place of an earlier one."""
        return list(self.items)

    def take(self, pushed: Pushed) -> None:
        """Show it; or keep it, in the place of an earlier one of its topic, until the browser is back."""
        if not self.is_away:
            self.arrive(pushed)
            while len(self.items) > KEPT:
                self.items.popleft()
            return
        older = next((one for one in self.waiting if pushed.topic and one.topic == pushed.topic), None)
        if older:
            self.waiting.remove(older)
        self.waiting.append(pushed)

    def come_back(self) -> None:
        """Show what has waited."""
        self.is_away = False
        while self.waiting:
            self.take(self.waiting.popleft())


class PushService:
    """The service of all browsers, made when first asked for. `url` is known once the sandbox runs."""

    def __init__(self, changed: threading.Condition) -> None:
        self.url = ""
        self.rules: Rules[PushFault] = Rules()
        self._changed = changed
        self._browsers: dict[str, Browser] = {}

    def __getitem__(self, name: str) -> Browser:
        with self._changed:
            if name not in self._browsers:
                self._browsers[name] = Browser(name, self.url, self._changed)
            return self._browsers[name]

    def __iter__(self) -> Iterator[Browser]:
        """Those that have something, the last used first."""
        with self._changed:
            used = [browser for browser in self._browsers.values() if browser.items]
        return iter(sorted(used, key=lambda browser: browser.items[-1].at, reverse=True))

    def behave(self, fault: PushFault, *, times: int | None = None, to: str = "") -> None:
        """Let `fault` happen to messages for `to` or for all, so many `times` or until `calm`."""
        self.rules.add(Rule(fault, to=to, times=times))

    def calm(self) -> None:
        """Take back every fault."""
        self.rules.clear()

    def clear(self) -> None:
        """As new."""
        with self._changed:
            self._browsers.clear()


async def answer(service: PushService, scope: Scope, receive: Receive, send: Send) -> None:
    """Take one message in as a push service does (RFC 8030, section 5)."""
    name = scope["path"].removeprefix(PREFIX)
    rule = service.rules.take(name)
    fault = rule.fault if rule else None
    if fault is PushFault.DROP:
        await hang_up(scope, receive)
        return
    status, why = _REFUSED.get(fault, (0, "")) if fault else (0, "")
    if not status:
        status, why = await _accept(service, name, scope, receive)
    if fault is PushFault.HANG:
        await until_gone(receive)
        return
    extra = [(b"retry-after", b"2")] if status == 429 else []
    extra += [(b"location", f"{service.url}/push/message/{name}".encode())] if status == 201 else []
    await Response(why.encode(), status, extra, b"text/plain").send(send)


async def _accept(service: PushService, name: str, scope: Scope, receive: Receive) -> tuple[int, str]:
    """What to answer; a message that holds is shown by its browser."""
    said = {part: header(scope["headers"], part.encode()).decode("latin-1") for part in _HEADERS}
    browser = service[name]
    try:
        body = await read_body(receive)
        if len(body) > LARGEST:
            raise TooLarge
        if not said["ttl"].isdecimal() or said["content-encoding"] != "aes128gcm":
            return 400, "no TTL, or not aes128gcm"
        webpush.check_sender(said["authorization"], service.url)
        words = json.loads(await asyncio.to_thread(webpush.decrypted, body, browser.keys))
    except TooLarge:
        return 413, "too large"
    except webpush.NotBelieved as error:
        return 403, str(error)
    except ValueError as error:
        return 400, str(error)
    browser.take(Pushed(words, said["topic"], said["urgency"], int(said["ttl"])))
    return 201, ""


_HEADERS = ("authorization", "content-encoding", "topic", "ttl", "urgency")
_REFUSED = {
    PushFault.GONE: (410, "gone"),
    PushFault.SLOW_DOWN: (429, "slow down"),
    PushFault.ERROR: (500, "a fault"),
}
