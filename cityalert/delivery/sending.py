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

# The next batch is claimed when so few of the last wait: it takes about as long as sending these.
NEARLY_DONE = 125


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
    handed, last = 0, None
    with Line(CHANNELS[channel_name]) as line:
        batch = claim(channel_name, at=clock.now())
        while batch:
            under_way = line.begin(batch)
            handed += _recorded(last)
            under_way.nearly_done.wait()
            goes_on = clock.now() < until and not line.pause_s
            last, batch = under_way, claim(channel_name, at=clock.now()) if goes_on else []
        handed += _recorded(last)
    return handed


def _recorded(under_way: "UnderWay | None") -> int:
    """Write down what came of a batch, when it has ended. Returns how many were handed over."""
    results = under_way.results() if under_way else []
    record(results, at=clock.now())
    return sum(result.outcome == Attempt.Outcome.ACCEPTED for result in results)


class UnderWay:
    """A batch that is being sent. `nearly_done`: so little of it waits that the next should be claimed.

    No earlier, for until it is claimed a message can still be stopped.
    """

    def __init__(self, count: int) -> None:
        self._waiting = self._unanswered = count
        self._results: list[Result] = []
        self._ended: Future[list[Result]] = Future()
        self.nearly_done = Event()

    def results(self) -> list[Result]:
        """What came of it, when it has ended. Raises what the channel should not have raised."""
        return self._ended.result()

    def one_begins(self) -> None:
        """One of it waits no longer."""
        self._waiting -= 1
        if self._waiting <= NEARLY_DONE:
            self.nearly_done.set()

    def one_ended(self, result: Result) -> None:
        """What came of one."""
        self._results.append(result)
        self._unanswered -= 1
        if not self._unanswered:
            self._ended.set_result(self._results)

    def failed(self, error: BaseException) -> None:
        """Nobody will say what came of it."""
        self.nearly_done.set()
        if not self._ended.done():
            self._ended.set_exception(error)


class Line:
    """A channel's line, open on an event loop in a thread of its own. It goes on from one batch to the next."""

    pause_s = 0  # how long the channel should hold its breath; then nothing more is begun

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: deque[tuple[UnderWay, Message]] = deque()
        self._senders: set[asyncio.Task[None]] = set()
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

    def begin(self, batch: Sequence[Message]) -> UnderWay:
        """Send a batch after what is being sent; returns at once."""
        loop, _close, line = self._opened.result()
        under_way = UnderWay(len(batch))
        loop.call_soon_threadsafe(self._take_up, [(under_way, message) for message in batch], line)
        return under_way

    async def _keep_open(self) -> None:
        close = asyncio.Event()
        async with self._channel.open() as line:
            self._opened.set_result((asyncio.get_running_loop(), close, line))
            await close.wait()

    def _take_up(self, more: list[tuple[UnderWay, Message]], line: Any) -> None:
        """Hand over as many at a time as the channel takes."""
        self._waiting.extend(more)
        for _ in range(min(self._channel.in_flight - len(self._senders), len(more))):
            sender = asyncio.get_running_loop().create_task(self._send_on(line))
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)

    async def _send_on(self, line: Any) -> None:
        while self._waiting:
            under_way, message = self._waiting.popleft()
            under_way.one_begins()
            try:
                result = await self._result(line, message)
            except BaseException as error:
                under_way.failed(error)
                raise
            self.pause_s = max(self.pause_s, result.pause_s)
            under_way.one_ended(result)

    async def _result(self, line: Any, message: Message) -> Result:
        if self.pause_s:
            error = ChannelError("the channel rests; not begun", pause_s=self.pause_s)
            return outcomes.not_begun(message, error)
        return await _send_one(self._channel, line, message)


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
