"""The product's ASGI root, which also says in a header of each answer when the feed's last transaction committed."""

from time import monotonic_ns
from typing import Any

from cityalert.asgi import application as product
from cityalert.live import hints

HEADER = b"x-committed-ns"

_committed = [0]
_tell = hints.tell


def _tell_and_note(hint: hints.Hint) -> None:
    """The feed's hint is the first thing that happens after a commit."""
    if hint == hints.FEED:
        _committed[0] = monotonic_ns()
    _tell(hint)


hints.tell = _tell_and_note


async def application(scope: Any, receive: Any, send: Any) -> None:
    """One request at a time is measured, so the last commit is its own."""

    async def noting(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (HEADER, str(_committed[0]).encode())]
        await send(message)

    await product(scope, receive, noting if scope["type"] == "http" else send)
