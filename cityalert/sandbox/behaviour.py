"""How the sandbox misbehaves on demand: faults, pace and call-backs. Nothing acts on them here."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

F = TypeVar("F", bound=StrEnum)


class Fault(StrEnum):
    """What may go wrong with one text message that is handed to Twilio."""

    ERROR = "error"  # answered with a status and a code, not accepted
    DROP = "drop"  # the connection closes, not accepted
    HANG = "hang"  # accepted, and no answer ever comes: the outcome is unknown to the caller
    DROP_AFTER = "drop-after"  # accepted, and the connection closes without an answer
    UNDELIVERED = "undelivered"  # accepted; the network fails later with `code`


class MailFault(StrEnum):
    """What may go wrong with one e-mail."""

    REFUSE = "refuse"  # 550 for the recipient
    DEFER = "defer"  # 451 for the recipient
    DROP = "drop"  # the connection closes, not accepted
    HANG = "hang"  # accepted, and no answer ever comes


@dataclass(slots=True)
class Rule(Generic[F]):
    """One fault, for one address or all, a number of times or until told otherwise."""

    fault: F
    to: str = ""
    times: int | None = None
    code: int = 0
    status: int = 0


@dataclass(slots=True)
class Rules(Generic[F]):
    """The faults in force, in the order in which they were asked for."""

    rules: list[Rule[F]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, rule: Rule[F]) -> None:
        """Put `rule` behind those in force."""
        with self.lock:
            self.rules.append(rule)

    def clear(self) -> None:
        """Forget all faults."""
        with self.lock:
            self.rules.clear()

    def take(self, to: str, only: Callable[[F], bool] = lambda _: True) -> Rule[F] | None:
        """The first rule that meets this address, counted down and dropped when used up."""
        if not self.rules:
            return None
        with self.lock:
            for rule in self.rules:
                if rule.to in ("", to) and only(rule.fault):
                    if rule.times is not None:
                        rule.times -= 1
                        if rule.times <= 0:
                            self.rules.remove(rule)
                    return rule
        return None


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from acceptance until the message is in each state."""

    sending: float = 0.0
    sent: float = 0.0
    delivered: float = 0.0

    @property
    def immediate(self) -> bool:
        """Is there no waiting at all?"""
        return not (self.sending or self.sent or self.delivered)


AT_ONCE = Pace()
DEMO_PACE = Pace(sending=0.1, sent=0.3, delivered=0.8)


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How status call-backs are made."""

    dropped: bool = False  # states change, and nobody is told
    forged: bool = False  # signed with another token
    reordered: bool = False  # last state first, once all have been passed through
    copies: int = 1
    delay: float = 0.0  # seconds, on top of the pace


class Throttle:
    """At most so many a second: a bucket that holds one second's worth."""

    def __init__(self) -> None:
        self.per_second: float = 0.0
        self._level = 0.0
        self._looked_at = 0.0

    def allows(self, tick: float) -> bool:
        """May one more pass at loop time `tick`?"""
        if not self.per_second:
            return True
        held = self._level + (tick - self._looked_at) * self.per_second
        self._level, self._looked_at = min(held, max(self.per_second, 1.0)), tick
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True
