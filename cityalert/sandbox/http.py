"""Just enough HTTP for the sandbox: a request, a response, and the connection one can hang up on."""

import mimetypes
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HANG_UP = "sandbox.hang_up"
BODY_LIMIT = 100_000


class Protocol(HttpToolsProtocol):
    """Uvicorn's protocol, with a way for the application to cut the line as a failing network would."""

    def on_message_begin(self) -> None:
        """Let the request carry the means to abort its connection."""
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: {"abort": self.transport.abort}}


@dataclass(slots=True)
class Response:
    """An answer."""

    body: bytes = b""
    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    content_type: bytes = b"text/html; charset=utf-8"

    async def send(self, send: Send) -> None:
        """Write it out."""
        headers = [
            (b"content-type", self.content_type),
            (b"content-length", str(len(self.body)).encode()),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class TooLarge(Exception):
    """The body is larger than anything that is sent here in earnest."""


async def read_form(receive: Receive) -> dict[str, str]:
    """The form in the request's body, the last value of each name; raises TooLarge."""
    return form(await read_body(receive))


async def read_body(receive: Receive) -> bytes:
    """The request's body; raises TooLarge."""
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if len(body) > BODY_LIMIT:
            raise TooLarge
        if not event.get("more_body"):
            return bytes(body)


def form(encoded: bytes) -> dict[str, str]:
    """An encoded form or query as a dictionary; bytes that are no text become U+FFFD."""
    return dict(parse_qsl(encoded.decode("latin-1"), keep_blank_values=True, errors="replace"))


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The first header of that name (in lower case), or nothing."""
    return next((value for key, value in headers if key == name), b"")


async def until_gone(receive: Receive) -> None:
    """Wait until the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Cut the connection without an answer."""
    scope["extensions"][HANG_UP]["abort"]()
    await until_gone(receive)


def media_type(path: str) -> bytes:
    """The content type for a static file."""
    if path.endswith(".mjs"):
        return b"text/javascript"
    return (mimetypes.guess_type(path)[0] or "application/octet-stream").encode()
