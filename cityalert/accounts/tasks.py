"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import shared_task

from cityalert.accounts import letters
from cityalert.lib import clock


@shared_task(name="accounts.send_letters")
def send_letters() -> None:
    """Send what is due."""
    letters.send_due(at=clock.now())
