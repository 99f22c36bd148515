"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import shared_task

from cityalert.businesses.confirming import asking
from cityalert.lib import clock


@shared_task(name="businesses.ask")
def ask() -> None:
    """Ask businesses whether what is kept is still right. `cityalert.celery` says when."""
    asking.ask_due(at=clock.now())
