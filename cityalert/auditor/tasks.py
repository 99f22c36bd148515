"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import shared_task

from cityalert.auditor import rounds
from cityalert.lib import clock


@shared_task(name="auditor.round")
def hold_round() -> None:
    """Look at everything once; tell the outside if all is well."""
    found = rounds.hold(at=clock.now())
    rounds.ping(found, at=clock.now())
