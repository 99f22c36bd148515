"""What keeps others from earning on our texts (SMS pumping): budgets, and a breaker. Whoever asks is told the same.

Fraud shows in codes that nobody types in. All is counted from the askings of a day, in one statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from cityalert.residents.models import Asking, Reopening

DAY = timedelta(days=1)
PER_ADDRESS = 3
PER_PREFIX = 20
# Of so many codes at least, when there was time to type them in, this share must have come back.
ENOUGH, LEAST_SHARE = 20, 0.3
TIME_TO_TYPE = timedelta(minutes=10)

_COUNT = """
    SELECT count(*) FILTER (WHERE mark = %(mark)s), count(*) FILTER (WHERE prefix = %(prefix)s AND prefix <> ''),
        count(*) FILTER (WHERE channel = 'sms'),
        count(*) FILTER (WHERE channel = 'sms' AND asked_at > %(since)s AND asked_at <= %(ripe)s),
        count(*) FILTER (WHERE channel = 'sms' AND asked_at > %(since)s AND asked_at <= %(ripe)s
                         AND confirmed_at IS NOT NULL)
    FROM residents_asking WHERE was_sent AND asked_at > %(day)s
"""


@dataclass(frozen=True)
class Day:
    """What was sent within a day: to one address, to its neighbours, in all; how many codes were due, and came."""

    to_address: int
    to_prefix: int
    texts: int
    due: int
    typed: int

    @property
    def is_shut(self) -> bool:
        """Are so few codes typed in that no more are sent by text?"""
        return self.due >= ENOUGH and self.typed < self.due * LEAST_SHARE

    @property
    def percent(self) -> int:
        """The share of codes that were typed in."""
        return 100 * self.typed // self.due if self.due else 100

    def leaves_room(self, channel: str) -> bool:
        """May another be sent?"""
        if self.to_address >= PER_ADDRESS:
            return False
        is_text = channel == "sms"
        return not is_text or not (
            self.is_shut or self.to_prefix >= PER_PREFIX or self.texts >= settings.SUBSCRIBE_TEXTS_PER_DAY
        )


def day(at: datetime, asking: Asking | None = None) -> Day:
    """How it stands at a moment; for an asking, with what went to it and to its prefix."""
    reopened = Reopening.objects.order_by("-at").values_list("at", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "mark": asking.mark if asking else "",
                "prefix": asking.prefix if asking else "",
                "day": at - DAY,
                "since": max(reopened or at - DAY, at - DAY),
                "ripe": at - TIME_TO_TYPE,
            },
        )
        return Day(*cursor.fetchone())
