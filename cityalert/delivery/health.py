"""How channels and their providers do, for those who run the installation. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cityalert.delivery import queries
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.channels.base import providers_of
from cityalert.delivery.models import Provider, ProviderMinute

MINUTES = 60


@dataclass(frozen=True)
class Health:
    """One provider: its last hour, minute by minute (good, bad), and since when it rests, if it does."""

    name: str
    channel: str
    hour: tuple[tuple[int, int], ...]
    rests_since: datetime | None
    try_at: datetime | None

    @property
    def good(self) -> int:
        """Handed over."""
        return sum(good for good, _ in self.hour)

    @property
    def bad(self) -> int:
        """Not taken, or nobody knows."""
        return sum(bad for _, bad in self.hour)

    @property
    def bad_percent(self) -> int:
        """The share of failures, in whole percent."""
        tried = self.good + self.bad
        return round(100 * self.bad / tried) if tried else 0

    @property
    def bars(self) -> list[tuple[int, float, float]]:
        """For the picture, 24 high: minute, height of what went well, of what failed."""
        most = max((good + bad for good, bad in self.hour), default=0) or 1
        return [(n, 24 * good / most, 24 * bad / most) for n, (good, bad) in enumerate(self.hour)]


def providers(*, at: datetime) -> list[Health]:
    """Each provider that is set up, by channel, the preferred first."""
    begin = at.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    counted: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in ProviderMinute.objects.filter(minute__gte=begin):
        counted[row.provider][int((row.minute - begin).total_seconds() // 60)] = (row.good, row.bad)
    known = {one.name: one for one in Provider.objects.all()}
    return [
        Health(
            name,
            channel.name,
            tuple(counted[name].get(minute, (0, 0)) for minute in range(MINUTES)),
            known[name].rests_since if name in known else None,
            known[name].try_at if name in known else None,
        )
        for channel in CHANNELS.values()
        for name in providers_of(channel)
    ]


def channels(*, at: datetime) -> list[dict[str, Any]]:
    """What waits on each channel, for how long, and how the last hour went."""
    found = {one["channel"]: one for one in queries.channel_health(at=at)}
    nothing = {"due": 0, "oldest_s": None, "unknown": 0, "sent": 0, "failed": 0}
    return [found.get(name, {"channel": name, **nothing}) for name in CHANNELS]


def forget(*, at: datetime) -> int:
    """Pictures of the day before yesterday are nobody's."""
    return ProviderMinute.objects.filter(minute__lt=at - timedelta(days=2)).delete()[0]
