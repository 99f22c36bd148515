"""Freezing and fanning out, against one bare INSERT … SELECT for each table. Who is inside is measured elsewhere."""

from datetime import datetime
from functools import partial
from time import perf_counter

from django.db import connection, transaction

from bench import city, rounds
from bench.inside import notices
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.delivery import fanout
from cityalert.delivery.audience import NOBODY
from cityalert.delivery.models import Delivery, Notice, Recipient
from cityalert.lib import clock

PROMISE = "≤ 1.5"

# The rows that must be there in the end, by the shortest statement that makes them: as many residents, each with a
# link nobody can guess; as many messages, to the addresses that may be used.
_BARE_RECIPIENTS = """
    INSERT INTO delivery_recipient (notice_id, kind, subscriber_id, call_order, token)
    SELECT %(notice)s, 'resident', s.id, 1, right(gen_random_uuid()::text, 12)
    FROM subscriptions_subscriber s WHERE s.user_id IS NULL AND s.id <= %(up_to)s
"""
_BARE_DELIVERIES = """
    INSERT INTO delivery_delivery
        (notice_id, recipient_id, channel, address, language, priority, is_correction, state, state_at, next_at)
    SELECT r.notice_id, r.id, c.channel, c.address, 'en', 0, false, 'queued', %(at)s, %(at)s
    FROM delivery_recipient r JOIN subscriptions_contactpoint c ON c.subscriber_id = r.subscriber_id
    WHERE r.notice_id = %(notice)s AND c.verified_at IS NOT NULL AND c.stopped_at IS NULL AND c.gone_at IS NULL
"""


def run(quick: bool) -> list[Row]:
    """Each of the two tables, and both together."""
    recipients, times = (10_000, 3) if quick else (100_000, 9)
    up_to = _id_of_the(recipients)
    written: set[tuple[int, int]] = set()
    ways = {"ours": partial(_ours, up_to, written), "bare": partial(_bare, up_to, written)}
    taken = rounds.medians_by_stage(ways, times)
    assert len(written) == 1, "they did not write as many rows"
    _recipients, deliveries = written.pop()
    assert _recipients == recipients
    city.empty_delivery()
    stages = {
        "freeze": f"freezing {recipients:,} recipients",
        "fan out": f"fanning out to {deliveries:,} addresses",
        "both": "freezing and fanning out",
    }
    return [
        Row(
            words, ms(taken["ours"][stage]), "bare INSERT … SELECT", ms(taken["bare"][stage]),
            taken["ours"][stage] / taken["bare"][stage], PROMISE,
        )
        for stage, words in stages.items()
    ]  # fmt: skip


def _ours(up_to: int, written: set[tuple[int, int]]) -> dict[str, float]:
    """A notice through the outbox, and its fan-out: with the feed, the notice's row and the waking of workers."""
    city.empty_delivery()
    audience, at = notices.to_residents(up_to), clock.now()
    began = perf_counter()
    notice = notices.post(audience, at)
    frozen = perf_counter()
    fanout.fan_out(notice.pk, at=clock.now())
    return _stages(began, frozen, written)


def _bare(up_to: int, written: set[tuple[int, int]]) -> dict[str, float]:
    notice, at = notices.post(NOBODY, clock.now()), clock.now()
    city.empty_delivery()
    began = perf_counter()
    _execute(_BARE_RECIPIENTS, notice, at, up_to)
    frozen = perf_counter()
    _execute(_BARE_DELIVERIES, notice, at, up_to)
    return _stages(began, frozen, written)


def _execute(statement: str, notice: Notice, at: datetime, up_to: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement, {"notice": notice.pk, "at": at, "up_to": up_to})


def _stages(began: float, frozen: float, written: set[tuple[int, int]]) -> dict[str, float]:
    ended = perf_counter()
    written.add((Recipient.objects.count(), Delivery.objects.count()))
    return {"freeze": frozen - began, "fan out": ended - frozen, "both": ended - began}


def _id_of_the(count: int) -> int:
    """Up to this id there are so many residents."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM subscriptions_subscriber WHERE user_id IS NULL ORDER BY id OFFSET %s LIMIT 1",
            [count - 1],
        )
        return int(cursor.fetchone()[0])
