"""How quickly people acknowledged one notice, one by one, and whom it never reached. Who may ask is decided above."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from django.db import connection

SCREEN = "dashboard"
# A channel that did not bring it, and one that may have.
DEAD = frozenset({"failed", "opted_out", "expired", "uncertain"})

_PEOPLE = """
    SELECT r.notice_id, r.subscriber_id, s.user_id, coalesce(u.name, ''), r.partner_id, p.name,
        extract(epoch FROM r.acknowledged_at - n.posted_at)::float,
        r.seen_at IS NOT NULL,
        coalesce(array_agg(d.channel || ' ' || d.state || ' ' || d.reason ORDER BY d.channel, d.id)
                 FILTER (WHERE d.id IS NOT NULL), '{}')
    FROM delivery_recipient r
    JOIN delivery_notice n ON n.id = r.notice_id
    JOIN partners_partner p ON p.id = r.partner_id
    LEFT JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    LEFT JOIN accounts_user u ON u.id = s.user_id
    LEFT JOIN delivery_delivery d ON d.recipient_id = r.id
    WHERE r.notice_id = ANY(%(notices)s) AND r.kind = 'member'
    GROUP BY r.id, n.id, s.id, u.id, p.id
    HAVING (r.call_order = 1 OR bool_or(d.state NOT IN ('waiting', 'stopped', 'superseded', 'expired')))
        AND NOT (r.acknowledged_at IS NULL AND r.seen_at IS NULL
                 AND coalesce(bool_and(d.state IN ('waiting', 'stopped')), false))
    ORDER BY p.name, u.name, r.id
"""


@dataclass(frozen=True)
class Way:
    """One delivery: by which channel, how far it came, and why it did not."""

    channel: str
    state: str
    reason: str


@dataclass(frozen=True)
class Person:
    """One member who was told: after how many seconds they acknowledged, if they did."""

    user_id: int | None
    name: str
    partner_id: UUID
    partner: str
    after_s: float | None
    was_seen: bool
    ways: tuple[Way, ...]

    @property
    def by(self) -> str:
        """The channel of the acknowledgement; a screen where no message was answered. Empty without one."""
        if self.after_s is None:
            return ""
        return next((way.channel for way in self.ways if way.state == "acknowledged"), SCREEN)

    @property
    def is_lost(self) -> bool:
        """Did no channel work for them?"""
        return self.after_s is None and not self.was_seen and all(way.state in DEAD for way in self.ways)

    @property
    def is_silent(self) -> bool:
        """Was it brought to them, and did they never look?"""
        return self.after_s is None and not self.was_seen and not self.is_lost


@dataclass(frozen=True)
class Pace:
    """Of so many people, after how many seconds each acknowledged, the quickest first."""

    wanted: int
    times: tuple[float, ...]

    @property
    def acknowledged(self) -> int:
        """How many did."""
        return len(self.times)

    @property
    def percent(self) -> int:
        """The same of all, in whole percent."""
        return 100 * self.acknowledged // self.wanted if self.wanted else 0

    @property
    def first_s(self) -> float | None:
        """When the first did."""
        return self.times[0] if self.times else None

    @property
    def ninety_s(self) -> float | None:
        """When nine in ten of all who were told had; None if they never had."""
        return self.reached_s(0.9)

    def reached_s(self, share: float) -> float | None:
        """When this share of all who were told had acknowledged."""
        needed = max(1, ceil(share * self.wanted))
        return self.times[needed - 1] if self.wanted and needed <= len(self.times) else None


def people(notice_ids: Sequence[int]) -> dict[int, list[Person]]:
    """Each member who was told by each of these notices, by partner and name; deputies only if called up."""
    found: dict[int, list[Person]] = {notice_id: [] for notice_id in notice_ids}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"notices": list(notice_ids)})
        for notice_id, _subscriber, user_id, name, partner_id, partner, after_s, was_seen, ways in cursor:
            said = tuple(Way(*way.split(" ", 2)) for way in ways)
            found[notice_id].append(Person(user_id, name, partner_id, partner, after_s, was_seen, said))
    return found


def of(some: Sequence[Person], by: str = "") -> Pace:
    """How quickly these did; with `by`, of those whom that channel was to reach, by it."""
    asked = [one for one in some if not by or by == SCREEN or any(way.channel == by for way in one.ways)]
    times = sorted(one.after_s for one in asked if one.after_s is not None and (not by or one.by == by))
    return Pace(len(asked), tuple(times))
