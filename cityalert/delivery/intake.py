"""Providers' call-backs, by the hundred a second: gathered, and written down together before any is answered.

It stands before Django: what a page needs around it, a program that signs each message does not. Here is the way in;
what is told is `news`, and whose word it is, `twilio`'s and `gateway`'s. The same addresses work behind it, one by one.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from cityalert.delivery import gateway, news, twilio
from cityalert.delivery.news import News
from cityalert.lib import clock, tenancy
from cityalert.live.threads import Asker

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Write = Callable[[Sequence[News]], Awaitable[object]]

_OURS = re.compile(r"/provider/(twilio|gateway)/status/([0-9]{1,18})/")
# The first of a batch waits so long for others; one statement then writes so many at most.
GATHER_S = 0.005
AT_ONCE = 500
# So many may wait; and so long a call-back may take to arrive, or to be written.
WAITING_AT_MOST = 10_000
PATIENCE_S = 10.0


class Intake:
    """An ASGI application around another: call-backs end here, all else goes through."""

    def __init__(self, app: App, write: Write | None = None) -> None:
        self._app = app
        self._write = write or _write_in_a_thread()
        self._waiting: list[tuple[News, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        ours = _OURS.fullmatch(scope["path"]) if is_post else None
        if ours is None:
            await self._app(scope, receive, send)
            return
        status, words = await self._heard(ours[1], int(ours[2]), scope, receive)
        headers = [(b"content-type", b"text/plain; charset=utf-8")] if words else []
        if status == 503:
            headers.append((b"retry-after", b"5"))
        if status != 204:
            headers.append((b"content-length", str(len(words)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": words})

    async def _heard(
        self, provider: str, attempt_id: int, scope: Scope, receive: Receive
    ) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                body = await _body(receive)
        except TimeoutError:
            return 408, b"That took too long."
        if body is None:
            return 413, b"Too large."
        one = _read(provider, attempt_id, scope, body)
        if one is None:
            return 403, b"The signature is not the provider's."
        return (204, b"") if await self._is_written(one) else (503, b"It could not be written down.")

    async def _is_written(self, one: News) -> bool:
        if len(self._waiting) >= WAITING_AT_MOST:
            return False
        try:
            await self._written(one)
        except DatabaseError as error:
            # Its class alone: what it says may hold what was told.
            logger.error("a call-back could not be written down: %s", type(error).__name__)
            return False
        return True

    async def _written(self, one: News) -> None:
        """Until it is committed."""
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((one, written))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await written

    async def _write_all(self) -> None:
        """While one batch is written the next gathers."""
        await asyncio.sleep(GATHER_S)
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                await self._write([one for one, _ in batch])
            except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for _, written in batch:
                    if not written.done():
                        written.set_result(None)
        self._writer = None


async def _body(receive: Receive) -> bytes | None:
    """The whole of it; None if it is larger than any call-back."""
    parts, length, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > twilio.MOST_BYTES:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _read(provider: str, attempt_id: int, scope: Scope, body: bytes) -> News | None:
    """What is told; None if it is not signed by its provider."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if provider == "gateway":
        said = gateway.read(body, headers.get(b"x-gateway-signature", ""), at=clock.now())
        return gateway.news(attempt_id, said) if said else None
    query = scope.get("query_string", b"").decode("latin-1")
    form = twilio.read(
        scope["path"] + (f"?{query}" if query else ""), body, headers.get(b"x-twilio-signature", "")
    )
    return twilio.news(attempt_id, form) if form else None


def _write_in_a_thread() -> Write:
    asker = Asker("call-backs")

    async def write(batch: Sequence[News]) -> object:
        return await asker.ask(write_down, batch)

    return write


@tenancy.across("providers' call-backs")
def write_down(batch: Sequence[News]) -> None:
    """Commit a batch. Where others hold a row for long, or we would wait in a circle, we step back and try again."""
    until = clock.now().timestamp() + PATIENCE_S
    while True:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    # Shorter than PostgreSQL takes to find a circle: it is never the others who are broken off.
                    cursor.execute("SET LOCAL lock_timeout = '500ms'")
                news.take_in(batch, at=clock.now())
            return
        except OperationalError as error:
            is_taken = getattr(error.__cause__, "sqlstate", "") in {"55P03", "40P01"}
            if not is_taken or clock.now().timestamp() > until:
                raise
