"""The hub: one per process. Reads the feed and makes each frame once for all sockets; closes who must go."""

import asyncio
import logging
import random
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from django.db import Error

from cityalert.lib.clock import now
from cityalert.live import feed, frames, hints, rights
from cityalert.live.frames import Close, Frame
from cityalert.live.limits import Limits, limits
from cityalert.live.sockets import Crowd, Right, Socket
from cityalert.live.streams import Streams
from cityalert.live.threads import Asker

log = logging.getLogger(__name__)

# Newcomers catch up in groups, the next group after a look at the feed: live news does not wait for them.
_NEWCOMERS_AT_ONCE = 200
# Pages that come back together after a restart are served by one query rather than by one each.
_GATHER_SECONDS = 0.02
# Until a newcomer that does not take what it missed is looked at again.
_STUCK_SECONDS = 0.25
# Between two groups of beats other work gets its turn.
_BEATS_AT_ONCE = 200

_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def here() -> "Hub":
    """This event loop's hub; the first to ask starts it."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None or hub.has_ended:
        hub = _hubs[loop] = Hub(loop, limits())
        hub.start()
    return hub


class Hub:
    """All the sockets of one event loop, and what they hear. Every method is called in that loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self.limits = limits
        self.has_ended = False
        self._loop = loop
        self._crowd = Crowd()
        self._streams = Streams(self._crowd, self._send, poll_seconds=limits.poll_seconds)
        self._newcomers: dict[Socket, None] = {}
        self._position = 0
        self._looked_at = loop.time()
        self._woken = asyncio.Event()
        self._gathering: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._reader = Asker("live feed", keeps_connection=True)
        self._checker = Asker("live rights")

    # --- sockets come and go ---------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look, to listen to other processes, to beat and to ask who may stay."""
        hints.listen(self._tell)
        jobs = (
            self._look_for_ever(),
            self._hear_others(),
            self._beat_for_ever(),
            self._recheck_for_ever(),
            self._streams.look_for_ever(),
        )
        for job in jobs:
            task = self._loop.create_task(job)
            task.add_done_callback(self._end)
            self._tasks.append(task)

    def is_full(self) -> bool:
        """Has this process all the sockets it may have?"""
        return len(self._crowd) >= self.limits.sockets

    def attach(self, socket: Socket) -> None:
        """It is greeted, told what it missed, and will hear what is new. A person's oldest one gives way."""
        whole = self.limits.reconnect_seconds
        socket.leaves_at = self._loop.time() + random.uniform(whole * 5 / 6, whole)  # noqa: S311
        self._crowd.add(socket)
        for oldest in self._crowd.of_user(socket.right.user_id)[: -self.limits.sockets_per_user]:
            self.close(oldest, Close.TOO_MANY)
        self._newcomers[socket] = None
        self._look_soon(_GATHER_SECONDS)

    def detach(self, socket: Socket) -> None:
        """It is closed already, or will be by somebody else."""
        self._newcomers.pop(socket, None)
        self._crowd.remove(socket)

    def close(self, socket: Socket, code: Close) -> None:
        """Close it and say why."""
        if socket.is_open:
            self.detach(socket)
            socket.wire.end(code)

    # --- news ------------------------------------------------------------------------------------------

    def _tell(self, news: list[hints.Hint]) -> None:
        """From any thread."""
        try:
            self._loop.call_soon_threadsafe(self._hear, news)
        except RuntimeError:  # the loop has closed, and this hub with it
            hints.ignore(self._tell)

    def _hear(self, news: Iterable[hints.Hint]) -> None:
        for hint in news:
            if hint == hints.FEED:
                self._woken.set()
            elif not self._streams.hear(hint):
                self._send(self._crowd.watching(hint.topic, hint.only), frames.hint(hint.topic, hint.word))

    async def _hear_others(self) -> None:
        async for news in hints.from_elsewhere():
            self._hear(news)

    def _send(self, sockets: Iterable[Socket], frame: Frame) -> None:
        """Hand a frame to sockets. Nobody is waited for: who does not read is closed, and may resume."""
        unsent_at_most = self.limits.unsent_bytes
        for socket in sockets:
            if not socket.is_open:
                continue
            if socket.wire.unsent() > unsent_at_most:
                self.close(socket, Close.TOO_SLOW)
            else:
                socket.wire.write(frame)

    # --- the feed --------------------------------------------------------------------------------------

    def _look_soon(self, seconds: float) -> None:
        if self._gathering is None:
            self._gathering = self._loop.call_later(seconds, self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        self._woken.set()

    async def _look_for_ever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self.limits.poll_seconds):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            try:
                await self._look()
            except Error as error:
                log.warning("The feed could not be read; trying again: %s", error)

    async def _look(self) -> None:
        """Show what is new to those who have caught up, then let some newcomers catch up to there."""
        newcomers = list(self._newcomers)[:_NEWCOMERS_AT_ONCE]
        if self._crowd.has_listeners():
            await self._show_new()
        elif newcomers:
            self._position = await self._reader.ask(feed.position)
        else:
            return
        self._looked_at = self._loop.time()
        if newcomers:
            await self._catch_up(newcomers)

    async def _show_new(self) -> None:
        while entries := await self._reader.ask(feed.read, self._position, at=now()):
            for entry in entries:
                self._show(entry)
                self._position = entry.position
                await asyncio.sleep(
                    0
                )  # a burst leaves our buffers before the next card is held against a reader

    def _show(self, entry: feed.Entry) -> None:
        made = _Languages(entry)
        for language, sockets in self._crowd.listening(entry.listeners).items():
            self._send(sockets, made[language])

    async def _catch_up(self, newcomers: list[Socket]) -> None:
        """Up to `self._position` they come from here, later ones from `_show_new`: no gap, none double."""
        ready = [socket for socket in newcomers if self._is_ready(socket)]
        missing = {(socket.right.claim, socket.position or 0) for socket in ready}
        page = self.limits.replay_page
        missed = await self._reader.ask(feed.replay, missing, until=self._position, at=now(), limit=page)
        made: dict[int, _Languages] = {}
        for socket in ready:
            entries = missed[socket.right.claim, socket.position or 0]
            has_all = self._replay(socket, entries, made)
            if has_all and len(entries) < page and socket.is_open:
                self._newcomers.pop(socket)
                self._crowd.joins(socket)
        if self._newcomers:
            self._look_soon(_GATHER_SECONDS if ready else _STUCK_SECONDS)

    def _is_ready(self, socket: Socket) -> bool:
        """Greets it first. One that does not take what it missed is waited for a little, then closed."""
        if not socket.is_open:
            return False
        if not socket.is_greeted:
            socket.is_greeted = True
            socket.moved_at = self._loop.time()
            # Nothing asked for: begin here. A position not reached yet is another database's: tell it all.
            socket.position = self._position if socket.position is None else socket.position
            socket.position = 0 if socket.position > self._position else socket.position
            socket.wire.write(frames.hello(socket.position, now()))
        if not self._is_choked(socket):
            return True
        if self._loop.time() - socket.moved_at > self.limits.stalled_seconds:
            self.close(socket, Close.TOO_SLOW)
        return False

    def _replay(self, socket: Socket, entries: list[feed.Entry], made: "dict[int, _Languages]") -> bool:
        for entry in entries:
            if not socket.is_open or self._is_choked(socket):
                return False
            frame = made.setdefault(entry.position, _Languages(entry))[socket.language]
            socket.wire.write(frame)
            socket.position, socket.moved_at = entry.position, self._loop.time()
        return True

    def _is_choked(self, socket: Socket) -> bool:
        return socket.wire.unsent() > self.limits.unsent_bytes // 2

    # --- time passes -----------------------------------------------------------------------------------

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self.limits.beat_seconds)
            # A beat says that the feed was read: without PostgreSQL the page must say that it is late.
            if self._loop.time() - self._looked_at < 2 * self.limits.poll_seconds:
                frame, everybody = frames.beat(now()), list(self._crowd)
                for start in range(0, len(everybody), _BEATS_AT_ONCE):
                    self._send(everybody[start : start + _BEATS_AT_ONCE], frame)
                    await asyncio.sleep(0)

    async def _recheck_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self.limits.recheck_seconds)
            sockets = list(self._crowd)
            if sockets:
                try:
                    lasting, topics = await self._checker.ask(rights.check, sockets, now())
                except Error as error:
                    # Without PostgreSQL there is nothing to be shown either.
                    log.warning("Rights to listen could not be checked; trying again: %s", error)
                else:
                    self._keep(sockets, lasting, topics)

    def _keep(
        self, sockets: list[Socket], lasting: set[Right], topics: dict[tuple[Right, str], bool]
    ) -> None:
        time = self._loop.time()
        for socket in sockets:
            if socket.right not in lasting:
                self.close(socket, Close.NO_RIGHT)
            elif socket.leaves_at < time:
                self.close(socket, Close.COME_BACK)
            elif socket.topics and socket.is_open:
                left = (topic for topic in socket.topics if topics.get((socket.right, topic)))
                self._crowd.watch(socket, frozenset(left))

    def _end(self, task: asyncio.Task[None]) -> None:
        """A job ended: a fault, or the process is ending. All stop; pages come back to a new hub."""
        if self.has_ended:
            return
        self.has_ended = True
        hints.ignore(self._tell)
        if not task.cancelled():
            log.critical("The hub ended; its pages reconnect to a new one.", exc_info=task.exception())
        for socket in self._crowd:
            self.close(socket, Close.FAULT)
        for job in self._tasks:
            job.cancel()
        self._reader.close()
        self._checker.close()
        self._streams.close()


class _Languages(dict[str, Frame]):
    """An entry's frames, each made when the first socket in that language needs it."""

    def __init__(self, entry: feed.Entry) -> None:
        super().__init__()
        self._entry = entry

    def __missing__(self, language: str) -> Frame:
        cards = self._entry.cards
        content = cards.get(language) or next(iter(cards.values()))
        frame = self[language] = frames.card(self._entry.position, content)
        return frame
