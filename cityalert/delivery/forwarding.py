"""What waits for an address that has become another goes there."""

from cityalert.delivery.ladder import PENDING
from cityalert.delivery.models import Delivery


def forward(channel: str, old: str, new: str) -> int:
    """In the caller's transaction; returns how many messages. One that is under way stays where it is."""
    waiting = Delivery.objects.filter(channel=channel, address=old, state__in=PENDING)
    # Somebody who has both is told at the new one already.
    there = Delivery.objects.filter(channel=channel, address=new).values("recipient")
    return waiting.exclude(recipient__in=there).update(address=new)
