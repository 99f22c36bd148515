"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import shared_task

from cityalert.agreements import reminding
from cityalert.lib import clock


@shared_task(name="agreements.remind")
def remind() -> None:
    """Write to owners whose agreements end. `cityalert.celery` says when."""
    reminding.remind(at=clock.now())
