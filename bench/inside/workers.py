"""Worker processes, as a city has them: they share out what is due by the rows they claim."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool

PROCESSES = 2


class Workers:
    """Processes that are loaded and connected, and wait for work."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def send_all(self, channel: str, *, in_flight: int) -> int:
        """Send what is due on a channel, with so many in flight in all. Returns how many were handed over."""
        return sum(
            self._pool.imap_unordered(partial(_send_all, channel), [in_flight // PROCESSES] * PROCESSES)
        )


@contextmanager
def ready() -> Iterator[Workers]:
    """As many as the machine we measure on has cores."""
    with get_context("spawn").Pool(PROCESSES, initializer=_load) as pool:
        pool.map(_connect, range(PROCESSES * 2), chunksize=1)
        yield Workers(pool)


def _load() -> None:
    import django

    django.setup()
    from cityalert.lib import tenancy

    tenancy.work_across("a benchmark")


def _connect(_number: int) -> None:
    from django.db import connection

    connection.ensure_connection()


def _send_all(channel: str, in_flight: int) -> int:
    from cityalert.delivery import sending
    from cityalert.delivery.channels import CHANNELS

    CHANNELS[channel].in_flight = in_flight
    handed = 0
    while more := sending.send_due(channel):
        handed += more
    return handed
