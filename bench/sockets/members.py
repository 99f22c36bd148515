"""Many open pages in one process that write down what each heard: the positions in their order, and how late each was.

Every message that is counted bears "~<position>~<ns>~", the moment it was said by the machine's monotonic clock.
"""

import os
import re
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, monotonic_ns

from bench.sockets.client import after_handshake, frame_end, handshake

_SAID = re.compile(rb"~(\d+)~(\d+)~")
_CHUNK = 262_144


@dataclass
class Room:
    """So many pages of one server, and what they heard."""

    port: int
    path: str
    cookies: list[str]
    heard: dict[int, list[int]] = field(default_factory=dict)
    late_ms: list[float] = field(default_factory=list)
    _sockets: dict[int, socket.socket] = field(default_factory=dict)
    _partial: dict[int, bytes] = field(default_factory=dict)
    _poll: select.epoll = field(default_factory=select.epoll)

    def open(self) -> None:
        """One after the other."""
        for cookie in self.cookies:
            opened = socket.create_connection(("127.0.0.1", self.port))
            opened.sendall(handshake(self.port, self.path, cookie))
            self._partial[opened.fileno()] = after_handshake(opened)
            self.heard[opened.fileno()] = []
            self._sockets[opened.fileno()] = opened
            self._poll.register(opened.fileno(), select.EPOLLIN)

    def listen(self, is_over: Callable[[], bool], *, most_s: float) -> None:
        """Until it is over, or nothing more is heard for so long."""
        last = monotonic()
        while not is_over() and monotonic() - last < most_s:
            for descriptor, _event in self._poll.poll(0.05, 512):
                last = monotonic()
                data = os.read(descriptor, _CHUNK)
                if not data:
                    raise RuntimeError("A page was closed.")
                self._take(descriptor, self._partial.get(descriptor, b"") + data)

    def close(self) -> None:
        """All of them."""
        for opened in self._sockets.values():
            opened.close()

    def _take(self, descriptor: int, data: bytes) -> None:
        now, start = monotonic_ns(), 0
        while start < len(data):
            end = frame_end(data[start : start + 10])
            if end == 0 or start + end > len(data):
                break
            if found := _SAID.search(data, start, start + end):
                self.heard[descriptor].append(int(found[1]))
                self.late_ms.append((now - int(found[2])) / 1e6)
            start += end
        self._partial[descriptor] = data[start:]
