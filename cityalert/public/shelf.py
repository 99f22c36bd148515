"""The shelf in front of the public pages: each is made once every few seconds, however many ask for it.

It stands before Django. A reader whose page lies on the shelf costs neither a thread nor a statement, and pages are
made at most two at a time in each process: whatever comes, the others keep their threads and connections. Without
Redis it works as with it: every process has its own shelf. `docs/public-pages-and-feeds.md` says how old a page may be.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PREFIX = "/public/"
# How long a page is shown before it is made anew; how many are kept; how many are made at a time; how many may wait.
FRESH_S = 2.0
KEPT_AT_MOST = 256
AT_A_TIME = 2
WAITING_AT_MOST = 64

# What could make an answer differ from reader to reader is kept from whoever makes it. The host is not:
# it decides whether there is an answer at all.
_PASSED_ON = {b"host", b"x-forwarded-proto", b"x-forwarded-for"}
# And what an answer would say about one request is kept from the others.
_OF_ONE_REQUEST = {b"set-cookie", b"vary", b"x-request-id", b"content-length"}
_KEPT_STATUSES = {200, 404}


@dataclass(frozen=True)
class Page:
    """An answer that is the same for everybody, and the same compressed, where that is worth it."""

    status: int
    headers: Headers
    body: bytes
    packed: bytes
    etag: bytes
    made_at: float


class Shelf:
    """An ASGI application around another: what is public comes from the shelf, all else goes through."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._kept: OrderedDict[tuple[bytes, ...], Page] = OrderedDict()
        self._making: dict[tuple[bytes, ...], asyncio.Task[Page]] = {}
        self._lane = asyncio.Semaphore(AT_A_TIME)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_reading = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        # The bare address sends on by the reader's language: it differs.
        if not is_reading or not scope["path"].startswith(PREFIX) or scope["path"] == PREFIX:
            await self._app(scope, receive, send)
            return
        page = await self._page(scope)
        await (_say(page, scope, send) if page else _busy(send))

    async def _page(self, scope: Scope) -> Page | None:
        """The page asked for, not older than it may be; None when too many others wait already."""
        headers = dict(scope["headers"])
        # The query is no part of it: our pages have none, and nobody is to go round the shelf by one.
        key = (
            scope["path"].encode(),
            headers.get(b"host", b""),
            headers.get(b"x-forwarded-proto", scope["scheme"].encode()),
        )
        kept = self._kept.get(key)
        if kept and asyncio.get_running_loop().time() - kept.made_at < FRESH_S:
            return kept
        task = self._making.get(key)
        if task is None:
            if len(self._making) >= WAITING_AT_MOST:
                return None
            task = self._making[key] = asyncio.create_task(self._make(key, scope))
            task.add_done_callback(lambda _done: self._making.pop(key, None))
        # Who goes away meanwhile takes nothing from the others.
        return await asyncio.shield(task)

    async def _make(self, key: tuple[bytes, ...], scope: Scope) -> Page:
        async with self._lane:
            # As old as the moment it was begun: what was read may have changed while it was written.
            began = asyncio.get_running_loop().time()
            page = await _asked(self._app, scope, began)
        if page.status in _KEPT_STATUSES:
            self._kept[key] = page
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_AT_MOST:
                self._kept.popitem(last=False)
        return page


async def _asked(app: App, scope: Scope, began: float) -> Page:
    """What the application answers to a reader of whom nothing is known."""
    parts: list[Mapping[str, Any]] = []
    over = asyncio.Event()

    async def receive() -> Mapping[str, Any]:
        if not parts and not over.is_set():
            over.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        # Nobody hangs up: others may wait for this.
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Mapping[str, Any]) -> None:
        parts.append(message)

    headers = [(name, value) for name, value in scope["headers"] if name in _PASSED_ON]
    await app({**scope, "method": "GET", "query_string": b"", "headers": headers}, receive, send)
    start, *bodies = parts
    body = b"".join(part.get("body", b"") for part in bodies)
    said = [(name.lower(), value) for name, value in start["headers"]]
    headers = [(name, value) for name, value in said if name not in _OF_ONE_REQUEST]
    packed = b"" if dict(said).get(b"content-type", b"").startswith(b"image/") else gzip.compress(body, 5)
    return Page(start["status"], headers, body, packed, dict(said).get(b"etag", b""), began)


async def _say(page: Page, scope: Scope, send: Send) -> None:
    asked = dict(scope["headers"])
    headers = list(page.headers)
    if page.packed:
        headers.append((b"vary", b"Accept-Encoding"))
    if page.status == 200 and page.etag and _knows(asked.get(b"if-none-match", b""), page.etag):
        headers = [(name, value) for name, value in headers if name != b"content-type"]
        await _send(send, 304, headers, b"")
        return
    body = page.body
    if page.packed and b"gzip" in asked.get(b"accept-encoding", b""):
        body = page.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await _send(send, page.status, headers, b"" if scope["method"] == "HEAD" else body)


def _knows(said: bytes, etag: bytes) -> bool:
    """Has the reader this very page? A weak tag is as good: nginx weakens what it compresses."""
    return any(one.strip().removeprefix(b"W/") == etag for one in said.split(b","))


async def _busy(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"2")]
    await _send(send, 503, headers, b"Too many pages are asked for at once. Try again in two seconds.\n")


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
