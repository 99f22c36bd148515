"""Claim a batch, send it, record what came of it. No transaction is open while waiting on a provider."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Self

from django.conf import settings
from django.db import connection, transaction

from cityalert.delivery import failover, tempo
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.channels.base import (
    Channel,
    ChannelError,
    Message,
    OutcomeUnknown,
    providers_of,
)
from cityalert.delivery.hooks import score, targets
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Notice, Recipient
from cityalert.lib import clock
from cityalert.lib.sealed import seal, unseal
from cityalert.lib.severity import Severity

logger = logging.getLogger(__name__)

BATCH = 500
# One task sends for this long at most, so that an urgent notice never waits behind a task that never ends.
BUDGET = timedelta(seconds=20)
LONGEST_WAIT_S = 60

# The gate: the last moment at which a delivery can still be stopped. One statement decides for each due row
# whether it may go, takes a lease on it, and opens its attempt.
_CLAIM = """
    WITH due AS (
        SELECT d.id FROM delivery_delivery d
        WHERE d.channel = %(channel)s AND d.state = 'queued' AND d.next_at <= %(at)s
          AND (NOT d.is_correction OR NOT EXISTS (
              SELECT FROM delivery_delivery e
              WHERE e.channel = d.channel AND e.address = d.address AND e.state = 'sending' AND e.id < d.id))
        ORDER BY d.priority, d.next_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ), decided AS (
        UPDATE delivery_delivery d SET
            state = CASE WHEN d.until IS NULL AND r.acknowledged_at IS NOT NULL THEN 'stopped'
                         WHEN n.superseded_at IS NOT NULL THEN 'superseded'
                         WHEN COALESCE(d.until, n.expires_at) <= %(at)s THEN 'expired'
                         ELSE 'sending' END,
            tries = d.tries + ((d.until IS NOT NULL OR r.acknowledged_at IS NULL) AND n.superseded_at IS NULL
                               AND COALESCE(d.until, n.expires_at) > %(at)s)::int,
            state_at = %(at)s, next_at = NULL, lease_until = %(lease_until)s
        FROM due, delivery_recipient r, delivery_notice n
        WHERE d.id = due.id AND r.id = d.recipient_id AND n.id = d.notice_id
        RETURNING d.id, d.state, d.tries, d.address, d.language, d.notice_id, r.token, r.kind,
            nextval('delivery_attempt_id_seq') AS attempt_id
    ), opened AS (
        INSERT INTO delivery_attempt (id, delivery_id, number, started_at, provider)
        SELECT attempt_id, id, tries, %(at)s, %(provider)s FROM decided WHERE state = 'sending'
    )
    SELECT id, attempt_id, address, language, token, notice_id, %(at)s, %(provider)s, kind FROM decided
    WHERE state = 'sending'
"""

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


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one attempt, in our words."""

    message: Message
    outcome: Attempt.Outcome
    state: State
    provider_id: str = ""
    detail: str = ""
    retry_in_s: float | None = None
    is_gone: bool = False
    opted_out: bool = False
    pause_s: int = 0
    is_begun: bool = True

    @property
    def went_well(self) -> bool:
        """Did the provider do its part? It does when it refuses a number, too."""
        return self.outcome in {Attempt.Outcome.ACCEPTED, Attempt.Outcome.REFUSED}


def send_due(channel_name: str) -> int:
    """Send what is due on a channel until nothing is, or the budget is spent. Returns how many were handed over.

    The last batch is recorded and the next one claimed while the present one is being sent: the provider waits for
    the database as little as the database for the provider.
    """
    until = clock.now() + BUDGET
    handed = _send_until(channel_name, until)
    # Where only so many a second may be begun, the next have their turn in this task.
    while (wait_s := tempo.wait_s(channel_name, at=clock.now())) and clock.now() < until:
        Event().wait(wait_s)
        if not (more := _send_until(channel_name, until)):
            break
        handed += more
    return handed


def _send_until(channel_name: str, until: datetime) -> int:
    channel, handed = CHANNELS[channel_name], 0
    with Line(channel) as line:
        batch, results = claim(channel_name, at=clock.now()), list[Result]()
        while batch or results:
            under_way = line.begin(batch)
            record(results, at=clock.now())
            under_way.nearly_done.wait()
            goes_on = clock.now() < until and not under_way.pause_s
            batch = claim(channel_name, at=clock.now()) if goes_on else []
            results = under_way.results()
            handed += sum(result.outcome == Attempt.Outcome.ACCEPTED for result in results)
            if under_way.pause_s:
                error = ChannelError("the channel rests; not begun", pause_s=under_way.pause_s)
                results += [not_begun(message, error) for message in batch]
                batch, until = [], clock.now()
    return handed


class Line:
    """A channel's line, open on an event loop in a thread of its own."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"line {channel.name}")
        self._opened: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, Any]] = Future()

    def __enter__(self) -> Self:
        """Open it."""
        self._ended = self._thread.submit(asyncio.run, self._keep_open())
        either: list[Future[Any]] = [self._opened, self._ended]
        wait(either, return_when=FIRST_COMPLETED)
        if not self._opened.done():
            self._ended.result()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it. Nothing is under way, unless we failed: then it is cut off, and asked about after its lease."""
        loop, close, _line = self._opened.result()
        loop.call_soon_threadsafe(close.set)
        self._thread.shutdown()

    def begin(self, batch: Sequence[Message]) -> "UnderWay":
        """Send a batch; returns at once."""
        loop, _close, line = self._opened.result()
        under_way = UnderWay(self._channel, line, batch)
        under_way.ended = asyncio.run_coroutine_threadsafe(under_way.send(), loop)
        return under_way

    async def _keep_open(self) -> None:
        close = asyncio.Event()
        async with self._channel.open() as line:
            self._opened.set_result((asyncio.get_running_loop(), close, line))
            await close.wait()


class UnderWay:
    """A batch that is being sent. `nearly_done`: so little of it waits that the next should be claimed.

    No earlier, for until it is claimed a message can still be stopped.
    """

    ended: Future[None]

    def __init__(self, channel: Channel, line: Any, batch: Sequence[Message]) -> None:
        self._channel, self._line = channel, line
        self._waiting = deque(batch)
        self._results: list[Result] = []
        self.pause_s = 0
        self.nearly_done = Event()

    def results(self) -> list[Result]:
        """What came of it, when it has ended."""
        self.ended.result()
        return self._results

    async def send(self) -> None:
        """Hand over as many at a time as the channel takes."""
        workers = min(self._channel.in_flight, len(self._waiting))
        try:
            await asyncio.gather(*(self._work() for _ in range(workers)))
        finally:
            self.nearly_done.set()

    async def _work(self) -> None:
        while self._waiting:
            message = self._waiting.popleft()
            if len(self._waiting) <= self._channel.in_flight:
                self.nearly_done.set()
            result = await _send_one(self._channel, self._line, message)
            self.pause_s = max(self.pause_s, result.pause_s)
            self._results.append(result)


def lease() -> timedelta:
    """How long a claimed delivery is nobody else's."""
    return timedelta(seconds=settings.DELIVERY_LEASE_S)


def may_begin(message: Message, *, at: datetime) -> bool:
    """Can this message still be handed over and answered within its lease?

    If it could not, another worker might take it for lost and send it while we still do.
    """
    return at + timedelta(seconds=settings.DELIVERY_TIMEOUT_S) < message.lease_until


@transaction.atomic
def claim(channel_name: str, *, at: datetime, limit: int = BATCH) -> list[Message]:
    """Lease what is due and open an attempt for each. What may no longer be sent is ended instead."""
    limit = tempo.room(channel_name, at=at, at_most=limit)
    plan = failover.plan(providers_of(CHANNELS[channel_name]), at=at)
    asked: dict[str, Any] = {"channel": channel_name, "provider": plan.main, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {**asked, "at": at, "lease_until": at + lease()})
        rows = cursor.fetchall()
    tempo.took(channel_name, len(rows), at=at)
    claimed = messages(rows, channel_name, at)
    return failover.tried_with(claimed, plan.tried) if plan.tried else claimed


def messages(rows: Sequence[tuple[Any, ...]], channel_name: str, at: datetime) -> list[Message]:
    """Messages from rows of (delivery, attempt, sealed address, language, token, notice, begun, provider, kind)."""
    notices = Notice.objects.in_bulk({row[5] for row in rows})
    addresses = {row[2]: unseal(row[2]) for row in rows}
    if channel_name == "webhook":
        found = targets.resolve(addresses.values(), at=at)
        addresses = {sealed: found.get(address, "") for sealed, address in addresses.items()}
    public_url, lease_until = settings.PUBLIC_URL, at + lease()
    return [
        Message(
            delivery_id=delivery_id,
            attempt_id=attempt_id,
            channel=channel_name,
            address=addresses[address],
            link=f"{public_url}/a/{token}/",
            texts=notices[notice_id].texts[language],
            language=language,
            severity=Severity(notices[notice_id].severity),
            series=notices[notice_id].series,
            asks=not notices[notice_id].topic.startswith(Notice.ABOUT_CONTACT),
            message_key=f"{notices[notice_id].key.replace(':', '.')}.{delivery_id}",
            provider=provider,
            is_trial=False,
            started_at=started_at,
            lease_until=lease_until,
            expires_at=notices[notice_id].expires_at,
            leave=f"{public_url}/subscribe/told/{token}/" if kind == Recipient.Kind.RESIDENT else "",
        )
        for delivery_id, attempt_id, address, language, token, notice_id, started_at, provider, kind in rows
    ]


async def _send_one(channel: Channel, line: Any, message: Message) -> Result:
    if not may_begin(message, at=clock.now()):
        return not_begun(message, ChannelError("the batch took too long; not begun"))
    try:
        provider_id = await channel.send(line, message)
    except ChannelError as error:
        return refused(message, error)
    except OutcomeUnknown as error:
        return unknown(message, error.reason)
    return Result(message, Attempt.Outcome.ACCEPTED, State.SENT, provider_id)


def refused(message: Message, error: ChannelError) -> Result:
    """Not sent. For good, or to be tried again a little later each time, until the alert ends."""
    if error.permanent:
        state = State.OPTED_OUT if error.opted_out else State.FAILED
        return Result(
            message,
            Attempt.Outcome.REFUSED,
            state,
            detail=error.reason,
            is_gone=error.is_gone,
            opted_out=error.opted_out,
        )
    return Result(
        message,
        Attempt.Outcome.FAILED,
        State.QUEUED,
        detail=error.reason,
        retry_in_s=0 if message.is_trial else error.pause_s,
        pause_s=0 if message.is_trial else error.pause_s,
    )


def not_begun(message: Message, error: ChannelError) -> Result:
    """The same of one that no provider was asked about."""
    return replace(refused(message, error), is_begun=False)


def unknown(message: Message, reason: str) -> Result:
    """It may have been sent. `reconcile` asks the provider before anything is sent again."""
    return Result(message, Attempt.Outcome.UNKNOWN, State.UNKNOWN, detail=reason)


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
    longest_s = getattr(CHANNELS[result.message.channel], "longest_wait_s", LONGEST_WAIT_S)
    wait_s = min(2 ** min(tries.get(result.message.delivery_id, 1) - 1, 20), longest_s)
    return at + timedelta(seconds=max(wait_s, result.retry_in_s or 0))
