"""Before anything is posted: whom it would reach, and by what. Counted by the statement that would freeze them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import connection, transaction

from cityalert.delivery.audience import Audience, frozen
from cityalert.lib.severity import Severity
from cityalert.subscriptions.queries import USABLE

# Each person once for each channel that works for them, the first of these rows numbered 1; a channel of none where
# none works.
_WAYS = f"""
    SELECT each.*, row_number() OVER (PARTITION BY subscriber_id) AS nth FROM (
        SELECT DISTINCT p.subscriber_id, p.kind, p.call_order, s.language, cp.channel
        FROM ({{persons}}) p JOIN subscriptions_subscriber s ON s.id = p.subscriber_id
        LEFT JOIN subscriptions_contactpoint cp ON cp.subscriber_id = s.id AND {USABLE}
    ) each
"""
# Residents are added up apart, as they are found: a city of them, kept as rows and counted later, took four times as
# long as finding them.
_RESIDENTS = """
    SELECT r.subscriber_id, 'resident'::text AS kind, 1::smallint AS call_order FROM ({residents}) r(subscriber_id)
    WHERE NOT EXISTS (SELECT FROM frozen f WHERE f.subscriber_id = r.subscriber_id)
"""
_SUM = """
    SELECT kind, call_order, language, channel, count(*), count(*) FILTER (WHERE nth = 1) FROM ({ways}) ways
    GROUP BY kind, call_order, language, channel
"""
_COUNT = """
    WITH frozen AS MATERIALIZED ({frozen})
    {sums}
    UNION ALL SELECT 'screen', 1::smallint, p.kind, NULL, count(*), count(*)
        FROM frozen f JOIN partners_partner p ON p.id = f.partner_id WHERE f.kind = 'screen' GROUP BY p.kind
"""


@dataclass(frozen=True)
class Preview:
    """What publishing would freeze, counted by the statement that would freeze it."""

    screens: int = 0
    people: int = 0
    residents: int = 0
    deputies: int = 0
    unreachable_people: int = 0
    unreachable_residents: int = 0
    by_partner_kind: dict[str, int] = field(default_factory=dict)
    by_channel: dict[tuple[str, str], int] = field(default_factory=dict)  # (channel, language) → people

    @property
    def unreachable(self) -> int:
        """People and residents without a usable contact point."""
        return self.unreachable_people + self.unreachable_residents

    def through(self, channel: str) -> int:
        """How many people are told by this channel, in either language."""
        return sum(count for (name, _), count in self.by_channel.items() if name == channel)


@transaction.atomic
def count(audience: Audience, *, severity: Severity, follows: Sequence[int] = ()) -> Preview:
    """Count exactly what `outbox.post` would freeze, and who of these cannot be reached."""
    statement = frozen(replace(audience, residents=""), follows)
    groups = ["SELECT subscriber_id, kind, call_order FROM frozen WHERE subscriber_id IS NOT NULL"]
    if audience.residents:
        groups.append(_RESIDENTS.format(residents=audience.residents))
    sums = " UNION ALL ".join(_SUM.format(ways=_WAYS.format(persons=group)) for group in groups)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            _COUNT.format(frozen=statement.sql, sums=sums), {**statement.params, "severity": int(severity)}
        )
        return _summed(cursor.fetchall())


def _summed(rows: list[tuple[str, int, str, str | None, int, int]]) -> Preview:
    """`rows`: kind, call order, language (of a screen: its partner's kind), channel, how many by it, how many first."""
    told, silent = Counter[str](), Counter[str]()
    by_channel, by_partner_kind = Counter[tuple[str, str]](), Counter[str]()
    for kind, call_order, language, channel, by_it, persons in rows:
        if kind == "screen":
            by_partner_kind[language] += persons
        elif call_order > 1:
            told["deputy"] += persons
        else:
            told[kind] += persons
            if channel is None:
                silent[kind] += persons
            else:
                by_channel[channel, language] += by_it
    return Preview(
        screens=by_partner_kind.total(),
        people=told["member"],
        residents=told["resident"],
        deputies=told["deputy"],
        unreachable_people=silent["member"],
        unreachable_residents=silent["resident"],
        by_partner_kind=dict(by_partner_kind),
        by_channel=dict(by_channel),
    )


_UNREACHABLE = f"""
    SELECT f.subscriber_id, f.partner_id FROM ({{frozen}}) f
    WHERE f.kind = 'member' AND f.call_order = 1 AND NOT EXISTS (
        SELECT FROM subscriptions_contactpoint cp WHERE cp.subscriber_id = f.subscriber_id AND {USABLE})
    LIMIT %(limit)s
"""


@transaction.atomic
def unreachable_members(
    audience: Audience, *, severity: Severity, follows: Sequence[int] = (), limit: int = 200
) -> list[tuple[int, UUID]]:
    """Members who would be told, but have no usable contact point: (subscriber, partner)."""
    statement = frozen(replace(audience, residents=""), follows)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNREACHABLE.format(frozen=statement.sql),
            {**statement.params, "severity": int(severity), "limit": limit},
        )
        return [(subscriber, partner) for subscriber, partner in cursor.fetchall()]
