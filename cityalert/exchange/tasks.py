"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import shared_task

from cityalert.exchange import polling
from cityalert.lib import clock


@shared_task(name="exchange.poll")
def poll() -> None:
    """Look at the sources that are due. The settings say how often."""
    polling.poll_due(at=clock.now())
