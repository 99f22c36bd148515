"""Thousands of open pages in one process, without a library: when did the last one have the whole frame?

Told on standard input, one JSON object a line: {"server": name, "port": …, "path": …, "cookies": ["", …]} opens one
socket for each cookie and answers {"server": name, "open": count}. From then on, each time every socket of a server
has had one text frame: {"server": name, "first": ns, "last": ns} by the machine's monotonic clock.
"""

import json
import os
import select
import socket
import sys
from dataclasses import dataclass, field
from time import monotonic_ns

_TEXT = 0x81
_CHUNK = 65_536


@dataclass
class Group:
    """The sockets of one server, and how many of them have had the present frame."""

    name: str
    size: int = 0
    heard: int = 0
    first: int = 0


@dataclass
class Client:
    """All sockets of all servers on one epoll."""

    poll: select.epoll = field(default_factory=select.epoll)
    groups: dict[int, Group] = field(default_factory=dict)
    named: dict[str, Group] = field(default_factory=dict)
    sockets: list[socket.socket] = field(default_factory=list)
    partial: dict[int, bytes] = field(default_factory=dict)

    def run(self) -> None:
        """Until standard input ends."""
        self.poll.register(0, select.EPOLLIN)
        groups, read, take = self.groups, os.read, self.take
        while True:
            for descriptor, _event in self.poll.poll(-1, 512):
                if descriptor == 0:
                    line = sys.stdin.readline()
                    if not line:
                        return
                    self.open(**json.loads(line))
                    continue
                data = read(descriptor, _CHUNK)
                if not data:
                    say({"server": groups[descriptor].name, "lost": 1})
                    self.poll.unregister(descriptor)
                    continue
                take(descriptor, groups[descriptor], data)

    def take(self, descriptor: int, group: Group, data: bytes) -> None:
        """Count the text frames in what was read; most often it is exactly one."""
        data = self.partial.pop(descriptor, b"") + data
        while data:
            end = frame_end(data)
            if end == 0 or end > len(data):
                self.partial[descriptor] = data
                return
            if data[0] == _TEXT:
                group.heard += 1
                if group.heard == 1:
                    group.first = monotonic_ns()
                if group.heard == group.size:
                    say({"server": group.name, "first": group.first, "last": monotonic_ns()})
                    group.heard = 0
            data = data[end:]

    def open(self, server: str, port: int, path: str, cookies: list[str]) -> None:
        """One after the other: what is measured comes later."""
        group = self.named.setdefault(server, Group(server))
        for cookie in cookies:
            opened = socket.create_connection(("127.0.0.1", port))
            opened.sendall(handshake(port, path, cookie))
            rest = after_handshake(opened)
            self.groups[opened.fileno()] = group
            self.sockets.append(opened)
            group.size += 1
            if path != "/":  # ours say hello first
                while not rest:
                    rest = opened.recv(_CHUNK)
            self.poll.register(opened.fileno(), select.EPOLLIN)
        say({"server": server, "open": group.size})


def handshake(port: int, path: str, cookie: str) -> bytes:
    """What a browser asks, without compression."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: sessionid={cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def after_handshake(opened: socket.socket) -> bytes:
    """Whatever came with the answer's last bytes."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = opened.recv(_CHUNK)
        if not more:
            raise SystemExit("The server hung up during the handshake.")
        answer += more
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b" 101 " not in head.partition(b"\r\n")[0]:
        raise SystemExit(head.decode("latin-1"))
    return rest


def frame_end(data: bytes) -> int:
    """How long the first frame is; 0: its header is not complete."""
    if len(data) < 2:
        return 0
    length = data[1]
    if length < 126:
        return 2 + length
    size = 2 if length == 126 else 8
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big") if len(data) >= 2 + size else 0


def say(message: dict[str, object]) -> None:
    """One line to whoever measures."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    Client().run()
