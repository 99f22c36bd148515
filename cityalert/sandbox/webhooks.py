"""Signed requests from Twilio to CityAlert, and how they get there. What they say is decided elsewhere."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp
from twilio.request_validator import RequestValidator

logger = logging.getLogger(__name__)

FORGED_TOKEN = "not the token of this account"  # noqa: S105 - it opens nothing
# Twilio tries again when it cannot connect or is answered with a fault of the server.
RETRY_AFTER = (0.2, 1.0, 3.0)
TIMEOUT = 15.0


class Answer(NamedTuple):
    """What CityAlert said; status 0 when it could not be reached."""

    status: int
    body: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request to be made: where, what, and how it is signed."""

    url: str
    fields: dict[str, str]
    signature: str

    @property
    def body(self) -> str:
        """The form, encoded."""
        return urlencode(self.fields)

    @property
    def headers(self) -> dict[str, str]:
        """What it is, and who says so."""
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self.signature,
        }


Sender = Callable[[Webhook], Answer]


def sign(url: str, fields: Any, token: str) -> str:
    """X-Twilio-Signature as Twilio computes it: over the address without its port when it is https."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.port:
        host = parts.netloc.rpartition(":")[0]
        url = urlunsplit(parts._replace(netloc=host))
    return str(RequestValidator(token).compute_signature(url, fields))


def through_client(client: Any) -> Sender:
    """A sender that hands web hooks to Django's test client, in the caller's thread and transaction."""

    def send(hook: Webhook) -> Answer:
        parts = urlsplit(hook.url)
        response = client.post(
            urlunsplit(("", "", parts.path, parts.query, "")),
            data=hook.body,
            content_type=hook.headers["Content-Type"],
            secure=parts.scheme == "https",
            headers={**hook.headers, "Host": parts.netloc},
        )
        return Answer(response.status_code, response.content.decode())

    return send


class Webhooks:
    """Posts over HTTP from the sandbox's own event loop or, inside `through`, is carried by a test."""

    def __init__(self, token: str, changed: threading.Condition) -> None:
        self.token = token
        self.loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._changed = changed
        self._sender: Sender | None = None
        self._held: deque[Webhook] = deque()
        self._underway = 0

    def make(self, url: str, fields: dict[str, str], *, forged: bool = False) -> Webhook:
        """A signed web hook; a forged one is signed with a token that is not the account's."""
        return Webhook(url, fields, sign(url, fields, FORGED_TOKEN if forged else self.token))

    async def open(self) -> None:
        """Bind to the running event loop."""
        self.loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT), connector=aiohttp.TCPConnector(limit=50)
        )

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
        self.loop = self._session = None

    async def post(self, hook: Webhook) -> Answer:
        """Deliver from the event loop, trying a few times; held back while a test carries them."""
        if self._sender is not None:
            with self._changed:
                self._held.append(hook)
                self._changed.notify_all()
            return Answer(0)
        answer = await self._try(hook)
        for pause in RETRY_AFTER:
            if answer.status and answer.status < 500:
                return answer
            await asyncio.sleep(pause)
            answer = await self._try(hook)
        if not answer.status or answer.status >= 500:
            logger.warning("Gave up on a web hook to %s: %s", hook.url, answer.status or answer.body)
        return answer

    def post_now(self, hook: Webhook) -> Answer:
        """Deliver from any other thread, and wait for the answer."""
        if self._sender is not None:
            return self._sender(hook)
        if self.loop is None:
            raise RuntimeError("The sandbox is not running, so it cannot call CityAlert.")
        return asyncio.run_coroutine_threadsafe(self.post(hook), self.loop).result()

    @contextmanager
    def through(self, sender: Sender) -> Iterator[None]:
        """Inside, nothing is posted over HTTP: replies go to `sender` at once, call-backs wait for `flush`.

        For tests whose transaction no other thread can see.
        """
        self._sender = sender
        try:
            yield
        finally:
            self._sender = None
            self._held.clear()

    def flush(self, within: float = 5.0) -> list[Answer]:
        """Wait until no message is under way, then hand over the call-backs held; returns the answers."""
        if self._sender is None:
            raise RuntimeError("Call-backs are only held inside `through`.")
        self.settle(within)
        answers = []
        while self._held:
            answers.append(self._sender(self._held.popleft()))
        return answers

    def settle(self, within: float = 5.0) -> None:
        """Wait until no message is under way and every call-back was made, or raise AssertionError."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._underway, timeout=within):
                raise AssertionError(f"{self._underway} messages are still under way after {within} s.")

    def begin(self) -> None:
        """One more message is not yet at its end."""
        with self._changed:
            self._underway += 1

    def end(self) -> None:
        """One message has come to its end, and every call-back for it was made."""
        with self._changed:
            self._underway -= 1
            self._changed.notify_all()

    async def _try(self, hook: Webhook) -> Answer:
        if self._session is None:
            return Answer(0, "the sandbox is not running")
        try:
            async with self._session.post(
                hook.url, data=hook.body.encode(), headers=hook.headers, allow_redirects=False
            ) as response:
                return Answer(response.status, await response.text())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return Answer(0, repr(error))
