"""Faults for real: the product's own processes on the test database, and a kill -9 for each of them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from pytest_django import Settings

from cityalert.delivery.models import Notice
from cityalert.lib import clock
from cityalert.sandbox.behaviour import Callbacks
from cityalert.sandbox.world import Sandbox
from tests.cast import Cast, assemble
from tests.delivery.say import say
from tests.live.servers import CHECKOUT, Redis, redis

__all__ = ["redis"]

# What takes a minute in the product takes seconds here.
QUICK = {
    "DELIVERY_TIMEOUT_S": "3",
    "DELIVERY_LEASE_S": "6",
    "DELIVERY_SETTLE_S": "1",
    "DELIVERY_SWEEP_S": "1",
}


class World:
    """The cast, the outside world, and the processes that stand between them."""

    def __init__(self, cast: Cast, sandbox: Sandbox, redis: Redis, directory: Path) -> None:
        self.cast, self.sandbox, self.redis = cast, sandbox, redis
        self._directory = directory

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the product's processes: the test database, as the product's own role."""
        app = os.environ["DATABASE_URL"].rpartition("/")[0]
        return os.environ | QUICK | {
            "CITYALERT_ENVIRONMENT": "demo",
            "DJANGO_SETTINGS_MODULE": "cityalert.settings",
            "DATABASE_URL": f"{app}/{connection.settings_dict['NAME']}",
            "REDIS_URL": self.redis.url,
            "SANDBOX_URL": self.sandbox.url,
            "SMTP_URL": self.sandbox.smtp_url,
            "PUBLIC_URL": django_settings.PUBLIC_URL,
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
        with self.process("django", "lifeline", "--every", "0.3", "--silence", "3") as running:
            yield running

    def run(self, program: str) -> int:
        """Run a few lines in a process of the product's own; how it ended."""
        lines = f"import django; django.setup()\n{program}"
        return subprocess.run(
            [sys.executable, "-c", lines], cwd=CHECKOUT, env=self.environment, check=False, timeout=60
        ).returncode

    def publish(self, *people: object, **more: object) -> Notice:
        """Post a notice to these people and commit."""
        from tests.delivery.say import members

        with transaction.atomic():
            return say(members(*people), at=clock.now(), **more)  # type: ignore[arg-type]


@pytest.fixture
def world(
    transactional_db: None, sandbox: Sandbox, redis: Redis, tmp_path: Path, settings: Settings
) -> World:
    """The product's processes on the test database. None runs yet."""
    settings.CELERY_BROKER_URL = redis.url
    sandbox.twilio.behave(callbacks=Callbacks(dropped=True))
    return World(assemble(), sandbox, redis, tmp_path)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start processes that end with the test: `start(world.worker)`."""
    with ExitStack() as running:
        yield lambda make: running.enter_context(make())


@pytest.fixture
def past() -> timedelta:
    """Longer than a lease and its settling last here."""
    return timedelta(seconds=5)
