"""An open socket, and finding sockets by listener, topic and person. What is sent is in `hub`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

from cityalert.live.frames import Frame


class Right(NamedTuple):
    """What the right to listen rests on; asked again and again while the socket is open."""

    user_id: int
    claim: str
    session_key: str
    # A digest of the password's hash: whoever changes it ends the sessions that were opened with the old one.
    stamp: str
    # Had the session shown a second factor when the socket was opened?
    is_proved: bool = False


class Wire(Protocol):
    """The way to the browser. Nothing here waits."""

    def write(self, frame: Frame) -> None:
        """Send, now or as soon as the reader takes it."""

    def unsent(self) -> int:
        """How many bytes wait for the reader."""

    def end(self, code: int) -> None:
        """Say why and close; a reader that does not take even that is cut off a little later."""


class Socket:
    """One page's socket. `position` counts until it has caught up with the hub; None: only what is new."""

    __slots__ = (
        "is_greeted",
        "is_open",
        "language",
        "leaves_at",
        "moved_at",
        "position",
        "right",
        "topics",
        "wire",
    )

    def __init__(
        self, wire: Wire, right: Right, language: str, topics: frozenset[str], position: int | None
    ) -> None:
        self.wire = wire
        self.right = right
        self.language = language
        self.topics = topics
        self.position = position
        self.is_greeted = False
        self.is_open = False
        self.leaves_at = 0.0
        self.moved_at = 0.0


class Crowd:
    """The sockets of one hub. Everything it answers is safe to keep while sockets come and go."""

    def __init__(self) -> None:
        self._all: dict[Socket, None] = {}
        self._by_claim: defaultdict[str, set[Socket]] = defaultdict(set)
        self._by_topic: defaultdict[str, set[Socket]] = defaultdict(set)
        self._by_user: defaultdict[int, list[Socket]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._all))

    def has_listeners(self) -> bool:
        """Does anybody hear live news yet?"""
        return bool(self._by_claim)

    def add(self, socket: Socket) -> None:
        """It is open, and hears hints; cards only once it `joins`."""
        socket.is_open = True
        self._all[socket] = None
        self._by_user[socket.right.user_id].append(socket)
        for topic in socket.topics:
            self._by_topic[topic].add(socket)

    def joins(self, socket: Socket) -> None:
        """It has caught up, and hears live cards from now on."""
        self._by_claim[socket.right.claim].add(socket)

    def remove(self, socket: Socket) -> None:
        """It is gone. Removing twice is harmless."""
        if socket.is_open:
            socket.is_open = False
            del self._all[socket]
            _take(self._by_claim, socket.right.claim, socket)
            self.watch(socket, frozenset())
            sockets = self._by_user[socket.right.user_id]
            sockets.remove(socket)
            if not sockets:
                del self._by_user[socket.right.user_id]

    def watch(self, socket: Socket, topics: frozenset[str]) -> None:
        """It may watch only these of its topics from now on."""
        for topic in socket.topics - topics:
            _take(self._by_topic, topic, socket)
        socket.topics &= topics

    def listening(self, claims: Iterable[str]) -> dict[str, list[Socket]]:
        """Those that hear what is sent to the claims, by language."""
        found: defaultdict[str, list[Socket]] = defaultdict(list)
        for claim in claims:
            for socket in self._by_claim.get(claim, ()):
                found[socket.language].append(socket)
        return found

    def watching(self, topic: str, only: Collection[str] | None = None) -> list[Socket]:
        """Those that hear hints of a topic: all, or only those that listen for one of these claims."""
        watching = self._by_topic.get(topic, ())
        return [socket for socket in watching if only is None or socket.right.claim in only]

    def topics(self) -> list[str]:
        """All that somebody watches."""
        return list(self._by_topic)

    def of_user(self, user_id: int) -> list[Socket]:
        """A person's sockets, oldest first."""
        return list(self._by_user.get(user_id, ()))


def _take(index: defaultdict[str, set[Socket]], key: str, socket: Socket) -> None:
    members = index.get(key)
    if members is not None:
        members.discard(socket)
        if not members:
            del index[key]
