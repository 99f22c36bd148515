"""Waiting until nothing is left to be done. Nothing is helped along."""

from collections.abc import Sequence
from time import monotonic, sleep

from chaos.faults import Stage
from chaos.press import Press
from chaos.pulse import LEDGERED
from chaos.screens import Screen
from chaos.waiting import SOON
from cityalert.delivery.digest import CHANNEL as DIGEST
from cityalert.delivery.models import Delivery, Notice
from cityalert.lib import clock

WITHIN_S = 180
# Screens may lag behind by five seconds and a reconnection.
SHOWN_WITHIN_S = 20


def until_told() -> None:
    """Until no message is under way or unknown, or due soon."""
    until = monotonic() + WITHIN_S
    while monotonic() < until:
        mine = Delivery.objects.filter(channel__in=[*LEDGERED, DIGEST])
        due = mine.filter(state="queued", next_at__lt=clock.now() + SOON)
        # In this order: what is fanned out between two questions has messages under way.
        is_fanned_out = not Notice.objects.filter(fanned_out_at=None).exists()
        if is_fanned_out and not due.exists() and not mine.filter(state__in=["sending", "unknown"]).exists():
            return
        sleep(0.1)


def has_called_back(stage: Stage) -> bool:
    """Were all call-backs made, whatever was answered?"""
    try:
        stage.sandbox.webhooks.settle(within=WITHIN_S)
    except AssertionError:
        return False
    return True


def until_shown(screens: Sequence[Screen], presses: Sequence[Press]) -> None:
    """Until every version is on all screens."""
    until = monotonic() + SHOWN_WITHIN_S
    wanted = {one.alert_id for one in presses if one.what != "cancel"}
    while monotonic() < until and not all(wanted <= screen.shown.keys() for screen in screens):
        sleep(0.1)
    sleep(0.5)
