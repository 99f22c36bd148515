"""Claim, send, record: a worker's round on one channel. No transaction is open while waiting on a provider."""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Self

from cityalert.delivery import outcomes, tempo
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.channels.base import Channel, ChannelError, Message, OutcomeUnknown
from cityalert.delivery.claiming import claim, may_begin
from cityalert.delivery.models import Attempt
from cityalert.delivery.outcomes import Result
from cityalert.delivery.recording import record
from cityalert.lib import clock

# One task sends for this long at most, so that an urgent notice never waits behind a task that never ends.
BUDGET = timedelta(seconds=20)


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
                results += [outcomes.not_begun(message, error) for message in batch]
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


async def _send_one(channel: Channel, line: Any, message: Message) -> Result:
    if not may_begin(message, at=clock.now()):
        return outcomes.not_begun(message, ChannelError("the batch took too long; not begun"))
    try:
        provider_id = await channel.send(line, message)
    except ChannelError as error:
        return outcomes.refused(message, error)
    except OutcomeUnknown as error:
        return outcomes.unknown(message, error.reason)
    return outcomes.accepted(message, provider_id)
