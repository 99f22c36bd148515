"""The way to a browser through plain ASGI, for servers that cannot write ready frames (see `protocol`)."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

from cityalert.live.frames import Frame

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Until a reader that does not even take our goodbye is left to the server.
_PARTING_SECONDS = 5.0


class AsgiWire:
    """Puts frames into a queue that a task of its own sends: whoever writes never waits."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self._unsent = 0
        self._sending = asyncio.create_task(self._send_all())

    def write(self, frame: Frame) -> None:
        """See `sockets.Wire`."""
        self._unsent += len(frame.ready)
        self._queue.put_nowait({"type": "websocket.send", "text": frame.text, "size": len(frame.ready)})

    def unsent(self) -> int:
        """See `sockets.Wire`."""
        return self._unsent

    def end(self, code: int) -> None:
        """See `sockets.Wire`."""
        self._queue.put_nowait({"type": "websocket.close", "code": code})
        asyncio.get_running_loop().call_later(_PARTING_SECONDS, self._sending.cancel)

    async def while_open(self, listening: Coroutine[Any, Any, None]) -> None:
        """Listen until either side has ended."""
        hearing = asyncio.create_task(listening)
        try:
            await asyncio.wait({hearing, self._sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (hearing, self._sending):
                task.cancel()
            await asyncio.gather(hearing, self._sending, return_exceptions=True)

    async def _send_all(self) -> None:
        while True:
            message = await self._queue.get()
            size = message.pop("size", 0)
            try:
                await self._send(message)
            except OSError:  # it has gone (ASGI 2.4)
                return
            self._unsent -= size
            if message["type"] == "websocket.close":
                return
