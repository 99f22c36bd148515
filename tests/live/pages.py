"""Open pages as the server sees them: a socket with somebody's session, and what it hears."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from cityalert.accounts.models import User
from tests.live.servers import Server


class Page:
    """A page's socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def hear(self, kind: str, within: float = 5) -> dict[str, Any]:
        """The next message of a kind; others before it are passed over."""
        until = monotonic() + within
        while True:
            message: dict[str, Any] = json.loads(self.socket.recv(timeout=max(until - monotonic(), 0)))
            if message["type"] == kind:
                return message

    def cards(self, count: int, within: float = 10) -> list[dict[str, Any]]:
        """The next so many cards."""
        until = monotonic() + within
        return [self.hear("card", until - monotonic()) for _ in range(count)]

    def hears_no(self, kind: str, for_seconds: float = 1) -> bool:
        """Nothing of a kind arrives for a while."""
        try:
            self.hear(kind, for_seconds)
        except TimeoutError:
            return True
        return False

    def closed_with(self, within: float = 5) -> int:
        """The code the server closes with."""
        until = monotonic() + within
        try:
            while True:
                self.socket.recv(timeout=max(until - monotonic(), 0))
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006


def sign_in(user: User) -> str:
    """A session of this person: the cookie."""
    client = Client()
    client.force_login(user, backend="cityalert.accounts.backends.People")
    return client.cookies["sessionid"].value


@contextmanager
def open_page(
    server: Server,
    cookie: str = "",
    *,
    after: int | str | None = None,
    topics: Iterable[str] = (),
    origin: str | None = "",
    path: str = "",
) -> Iterator[Page]:
    """Connect as the script of a page would. Raises what `websockets` raises when refused."""
    query = [f"topic={topic}" for topic in topics]
    query += [f"after={after}"] if after is not None else []
    address = (path or server.address) + ("?" + "&".join(query) if query else "")
    with connect(
        address,
        origin=server.origin if origin == "" else origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": f"sessionid={cookie}"} if cookie else {},
        compression=None,
        max_size=None,
        max_queue=None,
        proxy=None,
    ) as socket:
        yield Page(socket)
