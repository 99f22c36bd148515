"""The socket's ASGI application: lets in, listens for misuse, lets go. What is sent is the hub's business."""

import asyncio
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error

from cityalert.live import admission, hub
from cityalert.live.frames import Close
from cityalert.live.limits import Limits
from cityalert.live.protocol import EXTENSION
from cityalert.live.sockets import Socket
from cityalert.live.threads import Asker
from cityalert.live.wires import AsgiWire, Receive, Send

log = logging.getLogger(__name__)

PATH = "/live/"

# Two are enough: a thousand pages that come back at once must not take the pages' share of connections.
_doorkeepers = Asker("live door", threads=2, keeps_connection=True)


async def listen(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One socket, from the handshake to its end."""
    await receive()
    here = hub.here()
    visit = None if here.is_full() else await _admitted(scope, here.limits)
    if visit is None:
        await send({"type": "websocket.close", "code": Close.REFUSED})
        return
    (right, language), (after, topics) = visit
    ready = scope.get("extensions", {}).get(EXTENSION)
    await send({"type": "websocket.accept"})
    wire = ready or AsgiWire(send)
    socket = Socket(wire, right, language, topics, after)
    here.attach(socket)
    try:
        hearing = _hear(receive, here, socket)
        await (hearing if ready else wire.while_open(hearing))
    finally:
        here.detach(socket)


async def _admitted(
    scope: dict[str, Any], limits: Limits
) -> tuple[admission.Visitor, admission.Wanted] | None:
    headers = dict(scope["headers"])
    if scope["path"] != PATH or not admission.is_same_origin(headers):
        return None
    try:
        wanted = admission.wanted(scope["query_string"], limits)
        visitor = await _doorkeepers.ask(admission.admit, headers, wanted.topics)
    except (ValueError, ValidationError, Error) as error:  # a key of a topic may be no key at all
        log.warning("A socket could not be opened: %s", error)
        return None
    return (visitor, wanted) if visitor else None


async def _hear(receive: Receive, here: hub.Hub, socket: Socket) -> None:
    """Pages have nothing to say here: what comes is counted and thrown away."""
    limits, loop = here.limits, asyncio.get_running_loop()
    counted, until = 0, 0.0
    while (message := await receive())["type"] != "websocket.disconnect":
        if loop.time() > until:
            counted, until = 0, loop.time() + limits.message_seconds
        counted += 1
        size = len(message.get("text") or message.get("bytes") or "")
        if counted > limits.messages or size > limits.message_bytes:
            here.close(socket, Close.FLOOD)
