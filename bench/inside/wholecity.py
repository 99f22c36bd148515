"""Who is inside, frozen, and fanned out: the product's whole way, against one bare INSERT … SELECT for each table."""

from dataclasses import replace
from functools import partial
from time import perf_counter

from django.db import connection, transaction

from bench import city, rounds
from bench.inside import areas, notices
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.alerts import targeting
from cityalert.delivery import counting, fanout
from cityalert.delivery.audience import NOBODY, Audience
from cityalert.delivery.models import Delivery, Recipient
from cityalert.lib import clock
from cityalert.lib.severity import Severity

PROMISE = "≤ 1.5"

# The rows that must be there in the end, by the shortest statements that make them, for this very alert.
_BARE_RECIPIENTS = """
    INSERT INTO delivery_recipient (notice_id, kind, subscriber_id, call_order, token)
    SELECT %(notice)s, 'resident', r.subscriber_id, 1, right(gen_random_uuid()::text, 12) FROM (
        SELECT DISTINCT w.subscriber_id FROM subscriptions_watcharea w
        WHERE ST_Intersects(w.area, %(area)s::geometry) AND (w.topics = 0 OR w.topics & %(topic)s <> 0)
          AND w.subscriber_id NOT IN (SELECT id FROM subscriptions_subscriber WHERE user_id IS NOT NULL)
    ) r
"""
_BARE_DELIVERIES = """
    INSERT INTO delivery_delivery
        (notice_id, recipient_id, channel, address, language, priority, is_correction, state, state_at, next_at)
    SELECT r.notice_id, r.id, c.channel, c.address, s.language, 1, false, 'queued', %(at)s, %(at)s
    FROM delivery_recipient r JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    JOIN subscriptions_contactpoint c ON c.subscriber_id = s.id
    WHERE r.notice_id = %(notice)s AND c.verified_at IS NOT NULL AND c.stopped_at IS NULL AND c.gone_at IS NULL
      AND c.min_severity <= %(severity)s
"""


def run(_quick: bool) -> list[Row]:
    """Both tables, and both together; and how soon a draft says how many it would reach."""
    audience = _audience()
    written: set[tuple[int, int]] = set()
    ways = {"ours": partial(_ours, audience, written), "bare": partial(_bare, audience, written)}
    taken = rounds.medians_by_stage(ways, 3)
    assert len(written) == 1, f"they did not write as many rows: {written}"
    recipients, deliveries = written.pop()
    city.empty_delivery()
    preview = rounds.medians({"ours": partial(_preview, audience)}, 5)["ours"]
    stages = {
        "freeze": f"whole city: {recipients:,} subscribers found and frozen",
        "fan out": f"whole city: {deliveries:,} deliveries",
        "both": "whole city: both",
    }
    return [
        *(
            Row(
                words, ms(taken["ours"][stage]), "bare INSERT … SELECT", ms(taken["bare"][stage]),
                taken["ours"][stage] / taken["bare"][stage], PROMISE,
            )
            for stage, words in stages.items()
        ),
        Row("whole city: counted while drawing", ms(preview), "patience", ms(10), preview / 10),
    ]  # fmt: skip


def _audience() -> Audience:
    """The residents of an alert about a fire over the whole city; partners are few, and measured elsewhere."""
    *_, (_name, area) = areas.all_areas()
    alert = areas.alert_over(area, clock.now())
    alert.severity, alert.event = Severity.SEVERE, "fire"
    return replace(targeting.audience(alert, clock.now()), sql=NOBODY.sql, says_why=False)


def _ours(audience: Audience, written: set[tuple[int, int]]) -> dict[str, float]:
    city.empty_delivery()
    began = perf_counter()
    notice = notices.post(audience, clock.now(), severity=Severity.SEVERE)
    frozen = perf_counter()
    fanout.fan_out(notice.pk, at=clock.now())
    return _stages(began, frozen, written)


def _bare(audience: Audience, written: set[tuple[int, int]]) -> dict[str, float]:
    notice = notices.post(NOBODY, clock.now(), severity=Severity.SEVERE)
    city.empty_delivery()
    said = {**audience.params, "notice": notice.pk, "at": clock.now(), "severity": int(Severity.SEVERE)}
    began = perf_counter()
    _execute(_BARE_RECIPIENTS, said)
    frozen = perf_counter()
    _execute(_BARE_DELIVERIES, said)
    return _stages(began, frozen, written)


def _execute(statement: str, said: dict[str, object]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement, said)


def _stages(began: float, frozen: float, written: set[tuple[int, int]]) -> dict[str, float]:
    ended = perf_counter()
    written.add((Recipient.objects.count(), Delivery.objects.count()))
    return {"freeze": frozen - began, "fan out": ended - frozen, "both": ended - began}


def _preview(audience: Audience) -> float:
    began = perf_counter()
    counting.count(audience, counting.Plan(Severity.SEVERE, clock.now()))
    return perf_counter() - began
