"""What may be asked about a socket: for whom it listens, and to what. Higher apps register the answers."""

from collections.abc import Callable, Iterable

from django.contrib.sessions.backends.base import SessionBase

# Somebody who listens: the user's id, and for whom ("partner:<uuid>").
Listener = tuple[int, str]
# The same, and whether the session has shown a second factor when the socket was opened.
Proved = tuple[int, str, bool]
ClaimFor = Callable[[int, SessionBase], str | None]
IsProved = Callable[[SessionBase], bool]
StillValid = Callable[[list[Proved]], set[Proved]]
MayListen = Callable[[list[Listener], str], Iterable[Listener]]


class _Registered:
    claim_for: ClaimFor | None = None
    is_proved: IsProved | None = None
    still_valid: StillValid | None = None
    topics: dict[str, MayListen] = {}


def register_claim_for(answer: ClaimFor) -> None:
    """`answer(user_id, session)` says for whom this person listens at present, or None: nobody."""
    _Registered.claim_for = answer


def register_is_proved(answer: IsProved) -> None:
    """`answer(session)` says whether the session has shown a second factor."""
    _Registered.is_proved = answer


def register_listeners(answer: StillValid) -> None:
    """`answer([(user_id, claim, is_proved), …])` says which still have the right to what is sent to the claim."""
    _Registered.still_valid = answer


def register_topic(prefix: str, answer: MayListen) -> None:
    """`answer([(user_id, claim), …], key)` says who may hear hints of the topic "prefix:key"."""
    _Registered.topics[prefix] = answer


def claim_for(user_id: int, session: SessionBase) -> str | None:
    """For whom this person listens; None when nobody registered or nobody is meant."""
    return _Registered.claim_for(user_id, session) if _Registered.claim_for else None


def is_proved(session: SessionBase) -> bool:
    """Has this session shown a second factor? Nobody registered: none has."""
    return bool(_Registered.is_proved and _Registered.is_proved(session))


def still_valid(listeners: list[Proved]) -> set[Proved]:
    """Those who have the right to listen now. Nobody registered: nobody has."""
    return _Registered.still_valid(listeners) if _Registered.still_valid and listeners else set()


def who_may_hear(topic: str, listeners: list[Listener]) -> set[Listener]:
    """Those of the listeners who may hear hints of a topic. An unknown prefix is for nobody."""
    prefix, _, key = topic.partition(":")
    answer = _Registered.topics.get(prefix)
    return set(answer(listeners, key)) if answer else set()
