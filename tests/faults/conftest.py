"""Faults for real: the product's own processes, and a kill -9 for each of them."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from pytest_django import Settings

from cityalert.sandbox.world import Sandbox
from tests.cast import assemble
from tests.live.servers import Redis, free_port, redis
from tests.world import QUICK, World

__all__ = ["redis"]


@pytest.fixture
def world(
    transactional_db: None, sandbox: Sandbox, redis: Redis, tmp_path: Path, settings: Settings
) -> World:
    """The product's processes on the test database. None runs yet; no call-back finds anybody."""
    settings.CELERY_BROKER_URL = redis.url
    return World(assemble(), sandbox, redis, tmp_path, port=free_port(), **QUICK)


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]], object]]:
    """Start processes that end with the test: `start(world.worker)`."""
    with ExitStack() as running:
        yield lambda make: running.enter_context(make())
