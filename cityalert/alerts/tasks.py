"""Celery's way in. Loads nothing, decides nothing; may run twice or never."""

from celery import shared_task

from cityalert.alerts import actions
from cityalert.lib import clock


@shared_task(name="alerts.expire")
def expire() -> None:
    """End what is over."""
    actions.expire_due(at=clock.now())
