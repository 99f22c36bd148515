"""Celery's way in. Loads nothing, decides nothing; every task may run twice or never."""

from celery import current_app, shared_task

from cityalert.delivery import fanout, reconcile, sending, sweep
from cityalert.lib import clock


@shared_task(name="delivery.fan_out")
def fan_out(notice_id: int) -> None:
    """Write a notice's deliveries."""
    fanout.fan_out(notice_id, at=clock.now())


@shared_task(name="delivery.send")
def send(channel: str) -> None:
    """Send what is due on a channel."""
    sending.send_due(channel)


@shared_task(name="delivery.reconcile")
def reconcile_unknown(channel: str) -> None:
    """Ask the provider about what nobody knows."""
    reconcile.reconcile(channel, at=clock.now())


@shared_task(name="delivery.sweep")
def sweep_up() -> None:
    """Find what was left behind, and hand out the sending."""
    sweep.run(
        at=clock.now(),
        hand_over=lambda task, channel: current_app.send_task(task, (channel,), ignore_result=True),
    )
