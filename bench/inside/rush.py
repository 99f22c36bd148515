"""Publishing with and without a rush on the public pages, in turn, on one server. Readers are a process of their own.

There is no nginx in front: what it would take away comes on top. `crowd` says how they read.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Queue
from statistics import median
from time import monotonic

from bench.city import CHECKOUT
from bench.inside import drafts, publish
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.accounts.models import User
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.lib import clock
from partners.queries import actor_for

READERS = 10_000
CROWD = Path(__file__).with_name("crowd.py")
PROMISE = "≤ 1.5"


def run(quick: bool) -> list[Row]:
    """From the request to the first page: quiet, and while ten thousand come within ten seconds, again and again."""
    rounds, times, readers = (1, 5, 500) if quick else (5, 20, READERS)
    made: list[Alert] = []
    taken: dict[str, list[float]] = {"quiet": [], "rush": []}
    rates: list[float] = []
    try:
        with publish.serving() as port, publish.reading(port) as arrivals:
            shown = _public(made)
            _times(port, arrivals, made, publish.WARM_UP)
            for number in range(rounds):
                for way in ("quiet", "rush") if number % 2 == 0 else ("rush", "quiet"):
                    if way == "quiet":
                        taken[way] += _times(port, arrivals, made, times)
                        continue
                    with _crowd(port, shown, readers) as rate:
                        taken[way] += _times(port, arrivals, made, times)
                    rates.append(rate[0])
    finally:
        drafts.take_away(made)
    quiet, rush = median(taken["quiet"]), median(taken["rush"])
    stage = f"from the request to the first page, {readers:,} reading ({median(rates):,.0f} pages/s)"
    return [Row(stage, ms(rush), "nobody reading", ms(quiet), rush / quiet, PROMISE)]


def _times(port: int, arrivals: "Queue[tuple[str, int]]", made: list[Alert], times: int) -> list[float]:
    return [publish.publish_one(port, arrivals, made)[0] for _ in range(times)]


def _public(made: list[Alert]) -> Alert:
    """What they read: a public alert, written by one and approved by another."""
    at = clock.now()
    avery, sam = (
        actor_for(User.objects.get(email=f"{name}@cityalert.example"), at=at) for name in ("avery", "sam")
    )
    assert avery is not None
    assert sam is not None
    alert = drafts.ready(publish.PUBLISHER, at)
    made.append(alert)
    changes = {"scope": "Public", "tlp": "CLEAR", "expires_at": at + timedelta(hours=2)}
    alert = actions.edit(avery, alert, changes, at=at)
    actions.submit(avery, alert, at=at)
    return actions.approve(sam, alert, at=at)


@contextmanager
def _crowd(port: int, alert: Alert, readers: int) -> Iterator[list[float]]:
    """They read until the block ends; then it says how many pages a second they got."""
    command = [sys.executable, str(CROWD), str(port), f"/public/en/alerts/{alert.pk}/", str(readers)]
    process = subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    rate: list[float] = []
    try:
        assert process.stdout.readline().strip() == "reading"
        began = monotonic()
        yield rate
        pages, _stopped = process.communicate("", timeout=60)
        rate.append(int(pages) / (monotonic() - began))
    finally:
        process.kill()
        process.wait()
