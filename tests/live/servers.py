"""Real servers for tests: the product under uvicorn in a process of its own, and a Redis that may be killed."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

# Everything that takes seconds in the product takes tenths here.
QUICK = {"poll_seconds": 0.4, "recheck_seconds": 0.4, "beat_seconds": 0.3, "stalled_seconds": 2}

READY_FRAMES = "cityalert.live.protocol:Protocol"
PLAIN_ASGI = "websockets-sansio"


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/live/"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(database: str, *, ws: str = READY_FRAMES, redis_url: str = "", **limits: Any) -> Iterator[Server]:
    """The product's ASGI root under uvicorn, on the test database."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.live.settings",
        "LIVE_DATABASE": database,
        "LIVE_LIMITS": json.dumps(QUICK | limits),
        "WEB_URL": f"http://127.0.0.1:{port}",
    }
    environment |= {"REDIS_URL": redis_url} if redis_url else {}
    command = [sys.executable, "-m", "uvicorn", "cityalert.asgi:application", "--ws", ws]
    command += ["--port", str(port), "--log-level", "warning", "--lifespan", "off"]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    try:
        wait_for(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Redis:
    """A Redis of one's own."""

    port: int
    directory: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Empty, as after a restart without a file."""
        # Debian's redis-tools carries the server under another name; its own name tells it what to be.
        binary = shutil.which("redis-server") or shutil.which("redis-check-rdb")
        assert binary, "Redis is part of what `make test` installs"
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--loglevel",
            "warning",
        ]
        self.process = subprocess.Popen(
            command, executable=binary, cwd=self.directory, stdout=subprocess.DEVNULL
        )
        wait_for(self.port, self.process)

    def kill(self) -> None:
        """As a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A running Redis that is nobody else's."""
    own = Redis(free_port(), tmp_path)
    own.start()
    yield own
    own.kill()


def eventually(is_so: Callable[[], bool], within: float = 5) -> None:
    """Wait until something is so."""
    until = monotonic() + within
    while not is_so():
        assert monotonic() < until, "It did not come about in time."
        sleep(0.02)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process listens on a port."""

    def answers() -> bool:
        assert process.poll() is None, "The server ended before it listened."
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    eventually(answers, within=60)
