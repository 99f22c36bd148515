"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import shared_task

from cityalert.lib import clock
from cityalert.ops import housekeeping


@shared_task(name="ops.housekeeping")
def tidy() -> None:
    """Delete what has ended. `cityalert.celery` says when."""
    housekeeping.tidy(at=clock.now())
