"""Writing down what came of a batch: the attempts closed, the deliveries moved, the numbers that are gone marked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from cityalert.delivery import failover
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.hooks import score
from cityalert.delivery.ladder import State
from cityalert.delivery.outcomes import Result
from cityalert.lib.sealed import seal, unseal

LONGEST_WAIT_S = 60

# Only what is still ours to say: a receipt may have overtaken us, and then it stands.
_RECORD = """
    WITH news AS (
        SELECT * FROM unnest(%(attempts)s::bigint[], %(deliveries)s::bigint[], %(outcomes)s::text[],
            %(states)s::text[], %(provider_ids)s::text[], %(details)s::text[], %(next_ats)s::timestamptz[])
            AS t(attempt_id, delivery_id, outcome, state, provider_id, detail, next_at)
    ), closed AS (
        UPDATE delivery_attempt a
        SET ended_at = %(at)s, outcome = news.outcome, provider_id = news.provider_id, detail = news.detail
        FROM news WHERE a.id = news.attempt_id AND a.ended_at IS NULL
        RETURNING a.id
    )
    UPDATE delivery_delivery d
    SET state = news.state, state_at = %(at)s, next_at = news.next_at, lease_until = NULL,
        provider_id = CASE WHEN news.provider_id = '' THEN d.provider_id ELSE news.provider_id END,
        reason = news.detail
    FROM news JOIN closed ON closed.id = news.attempt_id
    WHERE d.id = news.delivery_id AND d.state IN ('sending', 'unknown')
"""

_GONE = """
    UPDATE subscriptions_contactpoint SET {column} = %(at)s
    WHERE channel = %(channel)s AND address = ANY(%(addresses)s) AND {column} IS NULL
"""


@transaction.atomic
def record(results: Sequence[Result], *, at: datetime) -> None:
    """Close the attempts and move the deliveries, where no receipt has overtaken us."""
    if not results:
        return
    failover.note([(r.message.provider, r.went_well) for r in results if r.is_begun], at=at)
    with connection.cursor() as cursor:
        tries = _tries(cursor, [r.message.delivery_id for r in results if r.state == State.QUEUED])
        cursor.execute(
            _RECORD,
            {
                "attempts": [r.message.attempt_id for r in results],
                "deliveries": [r.message.delivery_id for r in results],
                "outcomes": [r.outcome.value for r in results],
                "states": [r.state.value for r in results],
                "provider_ids": [r.provider_id for r in results],
                "details": [r.detail[:200] for r in results],
                "next_ats": [_next_at(r, tries, at) for r in results],
                "at": at,
            },
        )
        channel = results[0].message.channel
        if channel == "webhook":
            took, failed = _by_outcome(cursor, results)
            score.keep(took, failed, at=at)
        for column, addresses in {
            "gone_at": [r.message.address for r in results if r.is_gone],
            "stopped_at": [r.message.address for r in results if r.opted_out],
        }.items():
            if addresses:
                cursor.execute(
                    _GONE.format(column=column),
                    {"at": at, "channel": channel, "addresses": [seal(one) for one in addresses]},
                )


def _by_outcome(cursor: Any, results: Sequence[Result]) -> tuple[set[str], set[str]]:
    """The stored addresses that took a message, and those that did not."""
    cursor.execute(
        "SELECT id, address FROM delivery_delivery WHERE id = ANY(%s)",
        [[r.message.delivery_id for r in results]],
    )
    addresses = {pk: unseal(address) for pk, address in cursor.fetchall()}
    took = {addresses[r.message.delivery_id] for r in results if r.state == State.SENT}
    return took, {addresses[r.message.delivery_id] for r in results if r.state != State.SENT} - took


def _tries(cursor: Any, delivery_ids: list[int]) -> dict[int, int]:
    if not delivery_ids:
        return {}
    cursor.execute("SELECT id, tries FROM delivery_delivery WHERE id = ANY(%s)", [delivery_ids])
    return dict(cursor.fetchall())


def _next_at(result: Result, tries: dict[int, int], at: datetime) -> datetime | None:
    """When to look again: after 1, 2, 4 … 60 s for a retry, and soon for an unknown outcome."""
    if result.state == State.UNKNOWN:
        return at
    if result.state != State.QUEUED:
        return None
    if not result.is_begun:
        # Nobody was asked: it was no try of theirs that failed.
        return at + timedelta(seconds=max(1, result.retry_in_s or 0))
    longest_s = getattr(CHANNELS[result.message.channel], "longest_wait_s", LONGEST_WAIT_S)
    wait_s = min(2 ** min(tries.get(result.message.delivery_id, 1) - 1, 20), longest_s)
    return at + timedelta(seconds=max(wait_s, result.retry_in_s or 0))
