"""Who is inside: the product's whole audience statement against the best of several written by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from bench import rounds
from bench.inside import areas
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.alerts import targeting
from cityalert.delivery import counting
from cityalert.delivery.audience import Audience, frozen
from cityalert.lib import clock
from cityalert.lib.severity import Severity

PROMISE = "≤ 1.2"

_SINK = """
    CREATE TEMPORARY TABLE {} (kind text, partner_id uuid, subscriber_id bigint, call_order smallint) ON COMMIT DROP
"""

# What somebody who knows PostGIS would write for this very alert, without any of the product's generality: no
# choice of kinds or groups, nobody followed. The same rows come out: every screen, member and resident once.
_BY_HAND = """
    WITH hit AS MATERIALIZED (
        SELECT s.id, s.partner_id FROM partners_site s JOIN partners_partner p ON p.id = s.partner_id
        WHERE p.is_active AND p.id <> %(author)s AND ST_Intersects(s.location, %(area)s::geometry)
    ), member AS MATERIALIZED (
        SELECT m.partner_id, m.site_id, m.call_order, s.id AS subscriber_id
        FROM partners_membership m
        JOIN partners_partner p ON p.id = m.partner_id AND p.is_active AND p.id <> %(author)s
        JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        JOIN subscriptions_subscriber s ON s.user_id = u.id
        WHERE m.is_active AND m.valid_from <= %(at)s AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
          AND m.role = ANY(%(roles)s)
    )
    SELECT 'screen', partner_id, NULL::bigint, 1::smallint FROM hit GROUP BY partner_id
    UNION ALL
    (SELECT DISTINCT ON (subscriber_id) 'member', partner_id, subscriber_id, call_order FROM member
     WHERE site_id IN (SELECT id FROM hit)
        OR (site_id IS NULL AND partner_id IN (SELECT partner_id FROM hit))
        OR subscriber_id IN (
            SELECT w.subscriber_id FROM subscriptions_watcharea w
            WHERE w.subscriber_id IN (SELECT subscriber_id FROM member)
              AND ST_Intersects(w.area, %(area)s::geometry))
     ORDER BY subscriber_id, call_order, partner_id)
    UNION ALL
    SELECT DISTINCT 'resident', NULL::uuid, w.subscriber_id, 1::smallint
    FROM {residents}
"""
# (Joining the subscribers instead of NOT IN takes up to twenty times as long, around a block.)
_NO_ACCOUNT = "(SELECT id FROM subscriptions_subscriber WHERE user_id IS NOT NULL)"
_RESIDENTS = {
    "NOT IN": f"""subscriptions_watcharea w
        WHERE ST_Intersects(w.area, %(area)s::geometry) AND w.subscriber_id NOT IN {_NO_ACCOUNT}""",
    "subdivided": f"""ST_Subdivide(%(area)s::geometry, 16) part
        JOIN subscriptions_watcharea w ON ST_Intersects(w.area, part)
        WHERE w.subscriber_id NOT IN {_NO_ACCOUNT}""",
}


def run(quick: bool) -> list[Row]:
    """Every area, smallest first."""
    return [row for name, area in areas.all_areas() for row in _measure(name, area, 3 if quick else 5)]


def _measure(name: str, area: Any, times: int) -> list[Row]:

    at = clock.now()
    alert = areas.alert_over(area, at)
    wanted = targeting.audience(alert, at)
    ours = frozen(wanted)
    by_hand = {
        key: Audience(_BY_HAND.format(residents=sql), wanted.params) for key, sql in _RESIDENTS.items()
    }
    found = _agreed(ours, by_hand)
    ways = {"ours": partial(_written, ours), "count": partial(_counted, wanted)}
    ways |= {key: partial(_written, one) for key, one in by_hand.items()}
    taken = rounds.medians(ways, times)
    best = min(by_hand, key=lambda key: taken[key])
    return [
        Row(
            f"targeting: {name}, {found:,} found", ms(taken["ours"]),
            f"best by hand ({best})", ms(taken[best]), taken["ours"] / taken[best], PROMISE,
        ),
        Row(
            f"preview: {name}, counted", ms(taken["count"]),
            "finding them", ms(taken["ours"]), taken["count"] / taken["ours"],
        ),
    ]  # fmt: skip


def _agreed(ours: Audience, by_hand: Mapping[str, Audience]) -> int:
    """How many rows there are. All ways find the same: not as many, but these."""
    with _inside() as cursor:
        _write(cursor, ours, "expected")
        for key, statement in by_hand.items():
            _write(cursor, statement, "sink")
            cursor.execute(
                "SELECT count(*) FROM ((TABLE expected EXCEPT ALL TABLE sink)"
                " UNION ALL (TABLE sink EXCEPT ALL TABLE expected)) differing"
            )
            (differing,) = cursor.fetchone()
            assert differing == 0, f"{key}: {differing} rows differ"
            cursor.execute("DROP TABLE sink")
        cursor.execute("SELECT count(*) FROM expected")
        return int(cursor.fetchone()[0])


def _written(statement: Audience) -> float:
    """Seconds to find the rows and write them to a table without indexes."""
    with _inside() as cursor:
        return _write(cursor, statement, "sink")


def _write(cursor: Any, statement: Audience, table: str) -> float:
    cursor.execute(_SINK.format(table))
    began = perf_counter()
    cursor.execute(f"INSERT INTO {table} {statement.sql}", statement.params)
    return perf_counter() - began


def _counted(audience: Any) -> float:
    """Seconds for the preview's counts."""

    began = perf_counter()
    counting.count(audience, counting.Plan(Severity.EXTREME, clock.now()))
    return perf_counter() - began


@contextmanager
def _inside() -> Iterator[Any]:
    """A transaction set up as the product's is, of which nothing stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        yield cursor
        transaction.set_rollback(True)
