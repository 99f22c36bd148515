"""uvicorn's WebSocket protocol that can write ready frames: `uvicorn --ws cityalert.live.protocol:Protocol`.

Under any other server, or without the option, sockets are served by `wires.AsgiWire`: slower, but alike.
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from cityalert.live.frames import Frame

# Where `consumer` finds it in the ASGI scope's extensions.
EXTENSION = "cityalert.ready_frames"

# Until a reader that does not even take our goodbye is cut off.
_PARTING_SECONDS = 5.0
# Pages send nothing. `consumer` says why it closes from 16 KiB on; far larger is not even held in memory.
_MESSAGE_BYTES = 65_536


class Protocol(WebSocketsSansIOProtocol):
    """Is a `sockets.Wire` itself: no queue, no task and no object more for each socket."""

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        # Deflating each frame for each socket costs four times the whole fan-out.
        config.ws_per_message_deflate = False
        config.ws_max_size = min(config.ws_max_size, _MESSAGE_BYTES)
        super().__init__(config, *args, **kwargs)

    async def run_asgi(self) -> None:
        """As uvicorn's, with ourselves among the scope's extensions."""
        cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = self
        await super().run_asgi()

    def write(self, frame: Frame) -> None:
        """The bytes as they are, shared by all sockets."""
        if not (self.close_sent or self.transport.is_closing()):
            self.transport.write(frame.ready)

    def unsent(self) -> int:
        """Bytes that wait in this process; the kernel's own buffer comes on top."""
        return self.transport.get_write_buffer_size()

    def end(self, code: int) -> None:
        """What uvicorn does for `websocket.close`, but without waiting for a reader that has stalled."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(_PARTING_SECONDS, self.transport.abort)
