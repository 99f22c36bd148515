"""Handing work to Celery after commit, by name. A message lost here only delays what PostgreSQL holds."""

import logging
from functools import partial
from threading import Lock
from time import monotonic

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.pools import producers
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# After Redis failed once, nobody waits for it again until this many seconds have passed: beat finds the work.
BRAKE_SECONDS = 5.0

# A page waits for this hand-over: it asks once and not for long. Workers keep what the settings say.
IMPATIENT = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "max_retries": 0}


class _Brake:
    """Remembers, for this process, that the broker did not answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0

    def is_on(self) -> bool:
        return monotonic() < self._until

    def pull(self) -> None:
        with self._lock:
            self._until = monotonic() + BRAKE_SECONDS

    def release(self) -> None:
        with self._lock:
            self._until = 0.0


_brake = _Brake()


def after_commit(task: str, *args: str | int | None) -> None:
    """Wake the Celery task of this name once the present transaction has committed; at once without one.

    Never raises, and waits for a broker that is down once, not once for each caller.
    """
    transaction.on_commit(partial(_hand_over, task, args), robust=True)


def _hand_over(task: str, args: tuple[str | int | None, ...]) -> None:
    if _brake.is_on():
        return
    try:
        connection = current_app.connection_for_write(transport_options=IMPATIENT)
        with producers[connection].acquire(block=True, timeout=1) as producer:
            current_app.send_task(task, args, producer=producer, retry=False, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        _brake.pull()
        log.warning("The broker did not take %s; beat will find the work. %s", task, error)
