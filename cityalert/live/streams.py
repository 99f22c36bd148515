"""Streams: topics whose news is handed to the sockets itself, in its order, and not only hinted at.

A process reads what is new in a topic once, for all its sockets. It begins where it first hears of the topic: what a
page missed before, and while it was away, it fetches over HTTP, where it is asked who it is.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import Error

from cityalert.live import frames
from cityalert.live.frames import Frame
from cityalert.live.hints import Hint
from cityalert.live.sockets import Crowd, Socket
from cityalert.live.threads import Asker

log = logging.getLogger(__name__)

Send = Callable[[Iterable[Socket], Frame], None]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: its position, and what it says per language; None: that there is something, to be fetched."""

    position: int
    cards: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class News:
    """What a topic has after a position, in its order, and the last position there is."""

    last: int
    items: list[Item]


# Given the keys of topics with the position after which to read (None: only where it stands), says the news of each.
Read = Callable[[Mapping[str, int | None]], Mapping[str, News]]
_readers: dict[str, Read] = {}


def register(prefix: str, read: Read) -> None:
    """Hand out the news of topics "prefix:key". Who may listen to them is `topics.register_topic`'s."""
    _readers[prefix] = read


def is_one(topic: str) -> bool:
    """Is the topic a stream?"""
    return topic.partition(":")[0] in _readers


class Streams:
    """The streams that somebody watches in one process. Every method is called in the hub's loop."""

    def __init__(self, crowd: Crowd, send: Send, *, poll_seconds: float) -> None:
        self._crowd = crowd
        self._send = send
        self._poll_seconds = poll_seconds
        self._positions: dict[str, int | None] = {}
        self._woken = asyncio.Event()
        self._reader = Asker("live streams", keeps_connection=True)

    def hear(self, hint: Hint) -> bool:
        """Was it about a stream's news (its word is a position)? Then it is read soon, by all that wait at once."""
        if not (hint.word.isdigit() and is_one(hint.topic)):
            return False
        if self._positions.get(hint.topic) is None:
            self._positions[hint.topic] = int(hint.word) - 1
        self._woken.set()
        return True

    async def look_for_ever(self) -> None:
        """Hand out what is new, when it is hinted at and every few seconds."""
        while True:
            try:
                async with asyncio.timeout(self._poll_seconds):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            try:
                await self._look()
            except Error as error:
                log.warning("The streams could not be read; trying again: %s", error)

    def close(self) -> None:
        """No more news."""
        self._reader.close()

    async def _look(self) -> None:
        watched = [topic for topic in self._crowd.topics() if is_one(topic)]
        self._positions = {topic: self._positions.get(topic) for topic in watched}
        for prefix, read in _readers.items():
            after = {
                topic.partition(":")[2]: self._positions[topic]
                for topic in watched
                if topic.startswith(f"{prefix}:")
            }
            if after:
                for key, news in (await self._reader.ask(read, after)).items():
                    await self._hand_out(f"{prefix}:{key}", news)

    async def _hand_out(self, topic: str, news: News) -> None:
        for item in news.items:
            by_language: dict[str, list[Socket]] = {}
            for socket in self._crowd.watching(topic):
                by_language.setdefault(socket.language, []).append(socket)
            for language, sockets in by_language.items():
                self._send(sockets, frames.item(topic, item.position, _in(item, language)))
            self._positions[topic] = item.position
            await asyncio.sleep(0)  # other news gets its turn
        if self._positions.get(topic) is None:
            self._positions[topic] = news.last


def _in(item: Item, language: str) -> Any:
    if item.cards is None:
        return None
    return item.cards.get(language) or next(iter(item.cards.values()), None)
