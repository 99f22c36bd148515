"""Work is handed over after commit, and nobody waits long for a broker that is down."""

import logging
import socket
from collections.abc import Iterator
from time import monotonic

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import transaction

from cityalert.lib import jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _brake_off() -> Iterator[None]:
    before = current_app._get_current_object()
    jobs._brake.release()
    yield
    jobs._brake.release()
    before.set_current()


def broker(url: str) -> Celery:
    app = Celery("jobs", broker=url, set_as_current=True)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    app.conf.task_default_queue = "test-of-jobs"
    return app


@pytest.fixture
def redis() -> Iterator[Celery]:
    app = broker(settings.REDIS_URL)
    yield app
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete("test-of-jobs")


def waiting(app: Celery) -> list[str]:
    found = []
    with app.connection_for_read() as connection:
        while message := connection.default_channel.basic_get("test-of-jobs", no_ack=True):
            found.append(f"{message.headers['task']}{message.headers['argsrepr']}")
    return found


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_task_is_handed_over_when_its_transaction_commits_and_not_before(redis):
    with transaction.atomic():
        jobs.after_commit("delivery.fan_out", 42)
        assert waiting(redis) == []

    assert waiting(redis) == ["delivery.fan_out(42,)"]


def test_a_task_of_a_transaction_that_is_undone_is_never_handed_over(redis):
    with transaction.atomic():
        jobs.after_commit("delivery.fan_out", 42)
        transaction.set_rollback(True)

    assert waiting(redis) == []


@pytest.mark.parametrize("port", ["closed_port", "silent_port"])
def test_with_the_broker_down_one_caller_waits_a_moment_and_the_next_not_at_all(port, request, caplog):
    broker(f"redis://127.0.0.1:{request.getfixturevalue(port)}/0")
    with caplog.at_level(logging.WARNING, "cityalert.lib.jobs"):
        started = monotonic()
        jobs.after_commit("delivery.fan_out", 1)
        first = monotonic() - started
        for number in range(100):
            jobs.after_commit("delivery.fan_out", number)
        rest = monotonic() - started - first

    assert first < 2  # 1 s, and room for a busy machine
    assert rest < 0.5
    assert len(caplog.records) == 1


def test_after_the_brake_the_broker_is_asked_again(redis, closed_port, monkeypatch):
    monkeypatch.setattr(jobs, "BRAKE_SECONDS", 0)
    broker(f"redis://127.0.0.1:{closed_port}/0")
    jobs.after_commit("delivery.fan_out", 1)
    redis.set_current()

    jobs.after_commit("delivery.fan_out", 2)

    assert waiting(redis) == ["delivery.fan_out(2,)"]
