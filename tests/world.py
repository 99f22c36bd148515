"""The cast, the outside world, and the product's own processes on the test database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from cityalert.delivery.models import Notice
from cityalert.lib import clock
from cityalert.sandbox.world import Sandbox
from tests.cast import Cast, Person
from tests.delivery.say import members, say
from tests.live.servers import CHECKOUT, READY_FRAMES, Redis, wait_for

# What takes a minute in the product takes seconds here.
QUICK = {
    "DELIVERY_TIMEOUT_S": "6",
    "DELIVERY_LEASE_S": "10",
    "DELIVERY_SETTLE_S": "1",
    "DELIVERY_SWEEP_S": "1",
}


class World:
    """Processes are started by name and end with the block; `kill()` is a kill -9."""

    def __init__(
        self, cast: Cast, sandbox: Sandbox, redis: Redis, directory: Path, *, port: int, **environment: str
    ) -> None:
        self.cast, self.sandbox, self.redis, self.port = cast, sandbox, redis, port
        self._directory, self._more = directory, environment

    @property
    def url(self) -> str:
        """Where the web process is, by name: passkeys and cookies belong to names."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the product's processes: the test database, as the product's own role."""
        app = os.environ["DATABASE_URL"].rpartition("/")[0]
        return os.environ | {
            "CITYALERT_ENVIRONMENT": "demo",
            "DJANGO_SETTINGS_MODULE": "cityalert.settings",
            "DATABASE_URL": f"{app}/{connection.settings_dict['NAME']}",
            "REDIS_URL": self.redis.url,
            "SANDBOX_URL": self.sandbox.url,
            "SMTP_URL": self.sandbox.smtp_url,
            "WEB_URL": self.url,
            "PUBLIC_URL": self.url,
            "PYTHONWARNINGS": "ignore:You're running the worker",  # as root, which tests may be
            **self._more,
        }  # fmt: skip

    @contextmanager
    def process(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """One of the product's processes, killed in the end if nobody did so before."""
        running = subprocess.Popen([sys.executable, "-m", *command], cwd=CHECKOUT, env=self.environment)
        try:
            yield running
        finally:
            running.kill()
            running.wait(10)

    @contextmanager
    def web(self) -> Iterator[subprocess.Popen[bytes]]:
        """The web process, once it listens."""
        with self.process("uvicorn", "cityalert.asgi:application", "--port", str(self.port), "--log-level", "error",
                          "--ws", READY_FRAMES, "--ws-per-message-deflate", "false") as running:  # fmt: skip
            wait_for(self.port, running)
            yield running

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A Celery worker."""
        with self.process("celery", "--quiet", "-A", "cityalert", "worker",
                          "--queues", "urgent,default", "--loglevel", "error") as running:  # fmt: skip
            yield running

    @contextmanager
    def beat(self) -> Iterator[subprocess.Popen[bytes]]:
        """Celery beat."""
        schedule = str(self._directory / "schedule")
        with self.process("celery", "--quiet", "-A", "cityalert", "beat", "--pidfile=",
                          "--schedule", schedule, "--loglevel", "error") as running:  # fmt: skip
            yield running

    @contextmanager
    def lifeline(self) -> Iterator[subprocess.Popen[bytes]]:
        """The process that delivers while Celery is silent."""
        with self.process("manage", "lifeline", "--every", "0.3", "--silence", "3") as running:
            yield running

    def run(self, program: str) -> int:
        """Run a few lines in a process of the product's own; how it ended."""
        lines = (
            "import django; django.setup()\n"
            f"from cityalert.lib import tenancy; tenancy.work_across('a test')\n{program}"
        )
        return subprocess.run(
            [sys.executable, "-c", lines], cwd=CHECKOUT, env=self.environment, check=False, timeout=60
        ).returncode

    def publish(self, *people: Person, **more: Any) -> Notice:
        """Post a notice to these people and commit."""
        with transaction.atomic():
            return say(members(*people), at=clock.now(), **more)
