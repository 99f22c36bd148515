"""Before anything is posted: whom it would reach, by what and when. Counted by the statement that would freeze them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from cityalert.delivery import digest, foreseeing, quiet, sampling
from cityalert.delivery.audience import Audience, frozen
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.ladder import HANDED
from cityalert.delivery.models import Notice
from cityalert.delivery.sampling import Sample
from cityalert.duty import queries as duty
from cityalert.lib.severity import Severity
from cityalert.subscriptions.queries import USABLE


@dataclass(frozen=True)
class Plan:
    """How it would be posted, as `outbox.post` is told. `can_be_read`: has it a page, on which it can be read later?"""

    severity: Severity
    at: datetime
    expires_at: datetime | None = None
    follows: Sequence[int] = ()
    is_exercise: bool = False
    by_policy: bool = False
    can_be_read: bool = False

    @property
    def is_minor(self) -> bool:
        """Can it wait for the mail of the day?"""
        return digest.can_wait(self.severity, is_exercise=self.is_exercise, can_be_read=self.can_be_read)


@dataclass(frozen=True)
class Preview:
    """What publishing would freeze, and what would become of it. Whoever is a member and a resident is a member.

    `held` are people told when their quiet hours are over, `gathered` those who hear it in the mail of the day, and
    `late` those for whom it is over before either. With `is_estimate` residents are estimated, from a sample.
    """

    screens: int = 0
    people: int = 0
    residents: int = 0
    deputies: int = 0
    unreachable_people: int = 0
    unreachable_residents: int = 0
    held: int = 0
    gathered: int = 0
    late: int = 0
    by_partner_kind: dict[str, int] = field(default_factory=dict)
    by_channel: dict[tuple[str, str], int] = field(default_factory=dict)  # (channel, language) → people
    is_estimate: bool = False

    @property
    def unreachable(self) -> int:
        """People and residents without a usable contact point."""
        return self.unreachable_people + self.unreachable_residents

    def through(self, channel: str) -> int:
        """How many people are told by this channel, in either language."""
        return sum(count for (name, _), count in self.by_channel.items() if name == channel)


_MEMBERS = "SELECT subscriber_id, kind, call_order, partner_id FROM frozen WHERE subscriber_id IS NOT NULL"
# Residents are added up apart, as they are found: a city of them, kept as rows and counted later, took four times as
# long as finding them.
_RESIDENTS = """
    SELECT r.subscriber_id, 'resident'::text AS kind, 1::smallint AS call_order, NULL::uuid AS partner_id
    FROM ({residents}) r(subscriber_id)
    WHERE NOT EXISTS (SELECT FROM frozen f WHERE f.subscriber_id = r.subscriber_id)
"""
_NOT_BOTH = " AND subscriber_id <> ALL(%(both)s)"
_BOTH = " AND subscriber_id = ANY(%(both)s)"

# Before the rest: where somebody sleeps, and which residents are members as well. Both are few.
_WHO = """
    WITH frozen AS MATERIALIZED ({frozen}), told AS MATERIALIZED ({told})
    SELECT
        (SELECT array_agg(DISTINCT f.partner_id) FROM frozen f JOIN subscriptions_subscriber s ON s.id = f.subscriber_id
         WHERE f.partner_id IS NOT NULL AND s.user_id IS NOT NULL AND s.quiet_from IS NOT NULL),
        (SELECT array_agg(DISTINCT cp.subscriber_id) FROM told
         JOIN subscriptions_contactpoint cp ON cp.channel = told.channel AND cp.address = told.address
         JOIN subscriptions_subscriber s ON s.id = cp.subscriber_id AND s.user_id IS NULL)
"""
_SUM = """
    SELECT kind, call_order, language, channel, wait, count(*), count(*) FILTER (WHERE nth = 1), {is_part} FROM (
        SELECT way.*, row_number() OVER (PARTITION BY subscriber_id{earliest}) AS nth
        FROM ({ways}) way(subscriber_id, kind, call_order, language, channel, wait)
    ) ways GROUP BY kind, call_order, language, channel, wait
"""
_COUNT = """
    WITH frozen AS MATERIALIZED ({frozen}), told AS MATERIALIZED ({told})
    {sums}
    UNION ALL SELECT 'screen', 1::smallint, p.kind, NULL, 0, count(*), count(*), false
        FROM frozen f JOIN partners_partner p ON p.id = f.partner_id WHERE f.kind = 'screen' GROUP BY p.kind
"""


@transaction.atomic
def count(audience: Audience, plan: Plan, *, sample: Sample | None = None) -> Preview:
    """Count exactly what `outbox.post` would freeze and `fanout` would write; with a sample, residents about."""
    statement, of = frozen(replace(audience, residents=""), plan.follows), _Of(plan)
    params = {**statement.params, **of.params}
    told = foreseeing.told(of.points(_MEMBERS))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(_WHO.format(frozen=statement.sql, told=told), {**params, "awake": []})
        sleep_at, both = cursor.fetchone()
        awake = quiet.on_duty(sleep_at or [], severity=plan.severity, at=plan.at)
        params |= {"awake": awake, "both": both or []}
        residents = sampling.among(audience.residents, sample) if audience.residents else ""
        params |= {"sample": list(sample.subscribers)} if sample else {}
        sums = " UNION ALL ".join(of.sums(residents, has_both=bool(both)))
        cursor.execute(_COUNT.format(frozen=statement.sql, told=told, sums=sums), params)
        return _summed(cursor.fetchall(), sample)


class _Of:
    """The statements for one plan, and what they are asked with."""

    def __init__(self, plan: Plan) -> None:
        self._is_minor, self._has_earlier = plan.is_minor, bool(plan.follows)
        earlier = Notice.objects.filter(pk__in=plan.follows).values_list("severity", flat=True)
        self.params: dict[str, Any] = {
            "severity": int(plan.severity),
            "gravest": max([int(plan.severity), *earlier]) if plan.follows else int(plan.severity),
            "at": plan.at,
            "expires_at": plan.expires_at or "infinity",
            "city": settings.TIME_ZONE,
            "held": list(duty.steps_for(plan.severity)) if plan.by_policy else [],
            "channels": sorted({*CHANNELS, digest.CHANNEL}),
            "handed": sorted(HANDED),
            "follows": list(plan.follows),
        }

    def points(self, persons: str) -> str:
        return foreseeing.points(persons, is_minor=self._is_minor, has_earlier=self._has_earlier)

    def sums(self, residents: str, *, has_both: bool) -> Iterable[str]:
        """One for each group of people: `residents` are found by a statement of their own."""
        groups = [(_MEMBERS, False)]
        if residents:
            groups.append((_RESIDENTS.format(residents=residents), True))
        for persons, is_part in groups:
            if not has_both:
                yield self._sum(foreseeing.once_each(self.points(persons)), is_part=is_part)
                continue
            others, both = (
                f"SELECT * FROM ({persons}) one WHERE true{which}" for which in (_NOT_BOTH, _BOTH)
            )
            yield self._sum(foreseeing.once_each(self.points(others)), is_part=is_part)
            yield self._sum(foreseeing.unless_as_a_member(self.points(both)), is_part=is_part)

    def _sum(self, ways: str, *, is_part: bool) -> str:
        # Whoever hears it somewhere at once is told at once. Without a version before, all ways wait alike.
        earliest = " ORDER BY channel IS NULL, wait" if self._has_earlier else ""
        return _SUM.format(ways=ways, earliest=earliest, is_part=is_part)


def _summed(rows: list[tuple[Any, ...]], sample: Sample | None) -> Preview:
    """`rows`: kind, call order, language (of a screen: its partner's kind), channel, wait, how many by it, how many
    first, whether of the sample.
    """
    told, silent, later = Counter[str](), Counter[str](), Counter[str]()
    by_channel, by_partner_kind = Counter[tuple[str, str]](), Counter[str]()
    for kind, call_order, language, channel, wait, *counts, is_part in rows:
        by_it, persons = (sampling.scaled(one, sample) if is_part else one for one in counts)
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
                later[_when(channel, wait)] += persons if kind != "twice" else 0
    return Preview(
        screens=by_partner_kind.total(),
        people=told["member"],
        residents=sampling.rounded(told["resident"], sample),
        deputies=told["deputy"],
        unreachable_people=silent["member"],
        unreachable_residents=sampling.rounded(silent["resident"], sample),
        held=sampling.rounded(later["held"], sample),
        gathered=sampling.rounded(later["gathered"], sample),
        late=sampling.rounded(later["late"], sample),
        by_partner_kind=dict(by_partner_kind),
        by_channel={key: sampling.rounded(one, sample) for key, one in by_channel.items()},
        is_estimate=sample is not None,
    )


def _when(channel: str, wait: int) -> str:
    if wait == 0:
        return "now"
    if wait == 2:
        return "late"
    return "gathered" if channel == digest.CHANNEL else "held"


_UNREACHABLE = f"""
    SELECT f.subscriber_id, f.partner_id FROM ({{frozen}}) f
    WHERE f.kind = 'member' AND f.call_order = 1 AND NOT EXISTS (
        SELECT FROM subscriptions_contactpoint cp WHERE cp.subscriber_id = f.subscriber_id AND {USABLE})
    LIMIT %(limit)s
"""


@transaction.atomic
def unreachable_members(audience: Audience, plan: Plan, *, limit: int = 200) -> list[tuple[int, UUID]]:
    """Members who would be told, but have no usable contact point: (subscriber, partner)."""
    statement = frozen(replace(audience, residents=""), plan.follows)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNREACHABLE.format(frozen=statement.sql),
            {**statement.params, "severity": int(plan.severity), "limit": limit},
        )
        return [(subscriber, partner) for subscriber, partner in cursor.fetchall()]
