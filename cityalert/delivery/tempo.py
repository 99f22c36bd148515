"""So many messages a second by one sender, whoever of the workers sends them: counted in PostgreSQL."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cityalert.delivery.models import Tempo


def per_second(channel: str) -> float:
    """How many a second the sender of a channel may begin; 0: as many as it can."""
    return float(settings.DELIVERY_PER_SECOND.get(channel, 0))


@transaction.atomic
def room(channel: str, *, at: datetime, at_most: int) -> int:
    """How many may be begun now: one second's worth, once the last ones' second is over. In the caller's transaction.

    Nobody else asks until it ends; `took` says how many it were.
    """
    rate = per_second(channel)
    if not rate:
        return at_most
    Tempo.objects.get_or_create(channel=channel, defaults={"free_at": at})
    tempo = Tempo.objects.select_for_update().get(channel=channel)
    return min(at_most, max(1, int(rate))) if tempo.free_at <= at else 0


def took(channel: str, count: int, *, at: datetime) -> None:
    """That many are begun: the next when their time is over."""
    rate = per_second(channel)
    if rate and count:
        free_at = at + timedelta(seconds=max(1.0, count / rate))
        Tempo.objects.filter(channel=channel).update(free_at=free_at)


def wait_s(channel: str, *, at: datetime) -> float:
    """How long until there is room again."""
    free_at = Tempo.objects.filter(channel=channel, free_at__gt=at).values_list("free_at", flat=True).first()
    return (free_at - at).total_seconds() if free_at else 0.0
