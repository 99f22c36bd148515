"""What may be asked about a socket: for whom it listens, and to what. Higher apps register the answers."""

from collections.abc import Callable, Iterable

from django.contrib.sessions.backends.base import SessionBase

# Somebody who listens: the user's id, and for whom ("partner:<uuid>").
Listener = tuple[int, str]
ClaimFor = Callable[[int, SessionBase], str | None]
StillValid = Callable[[list[Listener]], set[Listener]]
MayListen = Callable[[list[Listener], str], Iterable[Listener]]


class _Registered:
    claim_for: ClaimFor | None = None
    still_valid: StillValid | None = None
    topics: dict[str, MayListen] = {}


def register_claim_for(answer: ClaimFor) -> None:
    """`answer(user_id, session)` says for whom this person listens at present, or None: nobody."""
    _Registered.claim_for = answer


def register_listeners(answer: StillValid) -> None:
    """`answer([(user_id, claim), …])` says which still have the right to what is sent to the claim."""
    _Registered.still_valid = answer


def register_topic(prefix: str, answer: MayListen) -> None:
    """`answer([(user_id, claim), …], key)` says who may hear hints of the topic "prefix:key"."""
    _Registered.topics[prefix] = answer


def claim_for(user_id: int, session: SessionBase) -> str | None:
    """For whom this person listens; None when nobody registered or nobody is meant."""
    return _Registered.claim_for(user_id, session) if _Registered.claim_for else None


def still_valid(listeners: list[Listener]) -> set[Listener]:
    """Those who have the right to listen now. Nobody registered: nobody has."""
    return _Registered.still_valid(listeners) if _Registered.still_valid and listeners else set()


def who_may_hear(topic: str, listeners: list[Listener]) -> set[Listener]:
    """Those of the listeners who may hear hints of a topic. An unknown prefix is for nobody."""
    prefix, _, key = topic.partition(":")
    answer = _Registered.topics.get(prefix)
    return set(answer(listeners, key)) if answer else set()
