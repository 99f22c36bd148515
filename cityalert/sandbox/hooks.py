"""Programs of partners, told by web hook: each checks the signature as Standard Webhooks says, and keeps what came."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cityalert.lib.clock import now
from cityalert.sandbox.arrivals import Arrivals
from cityalert.sandbox.http import Receive, Response, Scope, Send, TooLarge, header, read_body

PREFIX = "/hooks/at/"
TOLERANCE_S = 300
KEPT = 200


@dataclass(slots=True, eq=False)
class Told:
    """One message; `holds`: its signature does."""

    id: str
    body: dict[str, Any]
    holds: bool
    at: datetime = field(default_factory=now)
    read: bool = False

    def says(self, text: str) -> bool:
        """Is `text` in it, in whatever case?"""
        return text.casefold() in json.dumps(self.body, ensure_ascii=False).casefold()

    def __str__(self) -> str:
        return f"{self.body.get('type')} {self.id}"


class Program(Arrivals[Told]):
    """One receiver. Its secret is told to it by whoever added the web hook; `answers` come first, then 204."""

    def __init__(self, name: str, url: str, changed: threading.Condition) -> None:
        super().__init__(name, changed)
        self.url = f"{url}{PREFIX}{name}"
        digest = hashlib.sha256(f"sandbox program {name}".encode()).digest()
        self.secret = f"whsec_{base64.b64encode(digest).decode()}"
        self.answers: list[int] = []

    @property
    def messages(self) -> list[Told]:
        """What came, oldest first."""
        return list(self.items)


class Programs:
    """All of them, made when first asked for. `url` is known once the sandbox runs."""

    def __init__(self, changed: threading.Condition) -> None:
        self.url = ""
        self._changed = changed
        self._programs: dict[str, Program] = {}

    def __getitem__(self, name: str) -> Program:
        with self._changed:
            if name not in self._programs:
                self._programs[name] = Program(name, self.url, self._changed)
            return self._programs[name]

    def __iter__(self) -> Iterator[Program]:
        """Those that have something, the last told first."""
        with self._changed:
            told = [program for program in self._programs.values() if program.items]
        return iter(sorted(told, key=lambda program: program.items[-1].at, reverse=True))

    def clear(self) -> None:
        """As new."""
        with self._changed:
            self._programs.clear()


async def answer(programs: Programs, scope: Scope, receive: Receive, send: Send) -> None:
    """Take a message, or answer as told."""
    program = programs[scope["path"].removeprefix(PREFIX)]
    try:
        raw = await read_body(receive)
        body = json.loads(raw)
    except (TooLarge, ValueError):
        await Response(b"not JSON", 400, content_type=b"text/plain").send(send)
        return
    said = {part: header(scope["headers"], f"webhook-{part}".encode()).decode("latin-1") for part in _PARTS}
    status = program.answers.pop(0) if program.answers else 204
    if status < 300:
        program.arrive(Told(said["id"], body, _holds(program.secret, said, raw)))
        while len(program.items) > KEPT:
            program.items.popleft()
    await Response(status=status, content_type=b"text/plain").send(send)


_PARTS = ("id", "timestamp", "signature")


def _holds(secret: str, said: dict[str, str], raw: bytes) -> bool:
    stamp = said["timestamp"]
    if not stamp.isdecimal() or abs(now().timestamp() - int(stamp)) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{said['id']}.{stamp}.".encode() + raw
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, one) for one in said["signature"].split(" "))
