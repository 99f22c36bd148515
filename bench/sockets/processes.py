"""The processes of the fan-out measurement: servers on one core, the client on another, a publisher elsewhere."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
SERVER_CORE, CLIENT_CORE = 0, (os.cpu_count() or 1) - 1

# What serves, and on which address.
UVICORN = (
    "uvicorn",
    "--log-level",
    "warning",
    "--lifespan",
    "off",
    "--backlog",
    "4096",
    "--ws-ping-interval",
    "0",
)
READY_FRAMES = ("--ws", "cityalert.live.protocol:Protocol")
PLAIN_ASGI = ("--ws", "websockets-sansio", "--ws-per-message-deflate", "false")
COMMANDS = {
    "ready": ((*UVICORN, *READY_FRAMES, "bench.sockets.ours:application"), "/live/"),
    "plain": ((*UVICORN, *PLAIN_ASGI, "bench.sockets.ours:application"), "/live/"),
    "tutorial": ((*UVICORN, *PLAIN_ASGI, "bench.sockets.tutorial:application"), "/"),
    "bare": (("bench.sockets.bare", "asyncio"), "/"),
    "echo": (("bench.sockets.echo",), "/"),
    "bare uvloop": (("bench.sockets.bare", "uvloop"), "/"),
}


@dataclass
class Server:
    """A server process."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]

    def publish(self) -> int:
        """Have it send a card: when that began, by the machine's monotonic clock in nanoseconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/publish")
        began = int(connection.getresponse().read())
        connection.close()
        return began

    def kb(self) -> int:
        """Memory that is its own."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))

    def cpu_ns(self) -> int:
        """How long its threads have run."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks)


@contextmanager
def serving(name: str, group: str) -> Iterator[Server]:
    """A server that shows cards to the partners of a group."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (module, *arguments), path = COMMANDS[name]
    address = ["--port", str(port)] if module == "uvicorn" else [str(port)]
    command = [sys.executable, "-m", module, *address, *arguments]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | {"BENCH_GROUP": group})
    try:
        os.sched_setaffinity(process.pid, {SERVER_CORE})
        _wait_for(port, process)
        yield Server(name, port, path, process)
    finally:
        process.kill()
        process.wait()


class Client:
    """All open pages."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def open(self, server: Server, cookies: Sequence[str]) -> None:
        """A page for each cookie."""
        order = {"server": server.name, "port": server.port, "path": server.path, "cookies": list(cookies)}
        say(self._process, json.dumps(order))
        self._told()

    def last(self) -> int:
        """When the last page of a server had the card. Raises RuntimeError if a page was closed."""
        return int(self._told()["last"])

    def _told(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(hear(self._process))
        if "lost" in answer:
            raise RuntimeError(f"A page of {answer['server']} was closed.")
        return answer


@contextmanager
def opening() -> Iterator[Client]:
    """The client."""
    with talking("bench.sockets.client", str(CLIENT_CORE)) as process:
        yield Client(process)


@contextmanager
def talking(module: str, *arguments: str, group: str = "nobody") -> Iterator[subprocess.Popen[str]]:
    """A process that is told, and answers, line by line."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=CHECKOUT, env=os.environ | {"BENCH_GROUP": group}, stdin=pipe, stdout=pipe, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def say(process: subprocess.Popen[str], line: str) -> None:
    """One line to a process."""
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("A process of the measurement has ended.")
    return line


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + 60
    while monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    raise RuntimeError("A server did not start.")
