"""What stands for the providers: the sandbox as Twilio, and a mail server that takes everything. Own processes."""

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import cast

CHECKOUT = Path(__file__).resolve().parents[1]
START_WITHIN_S = 60


@contextmanager
def texts_and_mail(*, latency_ms: int) -> Iterator[None]:
    """Both run, and the environment says where. To be entered before settings are read.

    The sandbox answers after a fixed time, tells nothing afterwards and remembers no more than it must. Its own mail
    server parses and keeps each mail; ours does nothing, so that it is the sender who is measured.
    """
    http, unused, smtp = _free_ports(3)
    os.environ["SANDBOX_URL"] = f"http://127.0.0.1:{http}"
    os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{smtp}"
    sandbox = [
        "manage.py",
        "sandbox",
        "--latency",
        str(latency_ms),
        "--at-once",
        "--no-callbacks",
        "--keep",
        "1000",
    ]
    with (
        _running(sandbox, http, SMTP_URL=f"smtp://127.0.0.1:{unused}"),
        _running(["-m", "bench.stub", str(smtp)], smtp),
    ):
        yield


@contextmanager
def _running(command: list[str], port: int, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env=os.environ | {"LOG_LEVEL": "WARNING"} | environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        until = monotonic() + START_WITHIN_S
        while not _answers(port):
            if process.poll() is not None or monotonic() > until:
                raise SystemExit(f"{command} does not listen")
            sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Sink(asyncio.Protocol):
    """The least a mail server must say. What it is sent it counts, by its last dot, and forgets.

    `XTAKE 2` on any connection: from now on each mail is acknowledged 2 ms after its last dot, on all of them.
    """

    takes_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self.transport = cast(asyncio.Transport, transport)
        self.rest = b""
        self.in_text = False
        self.transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Whole lines, or the end of a text."""
        self.rest += data
        while True:
            end = self.rest.find(b"\r\n.\r\n" if self.in_text else b"\r\n")
            if end < 0:
                return
            line, self.rest = self.rest[:end], self.rest[end + (5 if self.in_text else 2) :]
            self._answer(b"." if self.in_text else line[:4].upper(), line)

    def _answer(self, verb: bytes, line: bytes) -> None:
        self.in_text = verb == b"DATA"
        if verb == b"XTAK":
            Sink.takes_s = int(line.split()[1]) / 1000
        if verb == b"." and self.takes_s:
            asyncio.get_running_loop().call_later(self.takes_s, self.transport.write, b"250 OK\r\n")
            return
        answers = {
            b"EHLO": b"250-sink\r\n250 8BITMIME\r\n",
            b"DATA": b"354 go on\r\n",
            b"QUIT": b"221 bye\r\n",
        }
        self.transport.write(answers.get(verb, b"250 OK\r\n"))
        if verb == b"QUIT":
            self.transport.close()


def mails_take(milliseconds: int) -> None:
    """How long the mail server takes over a mail from now on: one that puts it on a disk needs some."""
    from django.conf import settings

    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        connection.docmd("XTAKE", str(milliseconds))


async def _sink(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_sink(int(sys.argv[1])))
