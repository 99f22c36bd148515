"""Hints: "look now". Told to hubs of this process at once, to others through Redis; any may be lost."""

import asyncio
import logging
import os
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_GROUP = "hubs"
_WAITING_AT_MOST = 1_000
_PATIENCE_SECONDS = 2.0
_REST_SECONDS = 1.0
_REST_AT_MOST_SECONDS = 30.0


class Hint(NamedTuple):
    """A topic and what about it changed; for everybody who watches it, or `only` for these claims."""

    topic: str
    word: str
    only: tuple[str, ...] | None = None


FEED = Hint("", "moved")

Ear = Callable[[list[Hint]], None]
_ears: set[Ear] = set()


def tell(hint: Hint) -> None:
    """Pass a hint on: to the hubs here now, to those elsewhere soon. Never waits for Redis."""
    for ear in list(_ears):
        ear([hint])
    _Postman.here().take(hint)


def listen(ear: Ear) -> None:
    """Call `ear`, in whatever thread the news comes from, with hints given in this process."""
    _ears.add(ear)


def ignore(ear: Ear) -> None:
    """Stop calling `ear`."""
    _ears.discard(ear)


async def from_elsewhere() -> AsyncIterator[list[Hint]]:
    """Hints given in other processes. While Redis is away they are missed; it is tried ever more rarely."""
    layer = get_channel_layer()
    rest = _REST_SECONDS
    while layer is not None:
        try:
            channel = await layer.new_channel()
            await layer.group_add(_GROUP, channel)
            rest = _REST_SECONDS
            while True:
                message = await layer.receive(channel)
                if message["origin"] != _Postman.here().origin:
                    yield [
                        Hint(topic, word, None if only is None else tuple(only))
                        for topic, word, only in message["hints"]
                    ]
        except (RedisError, OSError) as error:
            log.debug("No hints from other processes for %s s: %s", rest, error)
            await asyncio.sleep(rest)
            rest = min(2 * rest, _REST_AT_MOST_SECONDS)


class _Postman:
    """A thread with an event loop of its own, so that neither a page nor a task ever waits for Redis."""

    _only: "_Postman | None" = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        self.origin = uuid.uuid4().hex
        self._waiting: dict[Hint, None] = {}
        self._woken = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="live hints", daemon=True)

    @classmethod
    def here(cls) -> "_Postman":
        """This process's own; it starts with the first letter."""
        with cls._lock:
            if cls._only is None:
                cls._only = cls()
                cls._only._thread.start()
            return cls._only

    @classmethod
    def forget(cls) -> None:
        """A forked child has the parent's objects but not its threads."""
        cls._lock = threading.Lock()
        cls._only = None
        _ears.clear()

    def take(self, hint: Hint) -> None:
        """Hand over a hint. The same one again before it left counts once; of too many the last are lost."""
        self._loop.call_soon_threadsafe(self._put, hint)

    def _put(self, hint: Hint) -> None:
        if len(self._waiting) < _WAITING_AT_MOST:
            self._waiting[hint] = None
            self._woken.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._deliver())

    async def _deliver(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, {}
            layer = get_channel_layer()
            if layer is not None:
                await self._post(layer, list(waiting))

    async def _post(self, layer: Any, waiting: list[Hint]) -> None:
        message = {"type": "hubs.hint", "origin": self.origin, "hints": [list(hint) for hint in waiting]}
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await layer.group_send(_GROUP, message)
        except (RedisError, OSError) as error:
            # The hubs look by themselves every few seconds: nothing is lost but a moment.
            log.debug("Hints were dropped: %s", error)
            await asyncio.sleep(_REST_SECONDS)


os.register_at_fork(after_in_child=_Postman.forget)
