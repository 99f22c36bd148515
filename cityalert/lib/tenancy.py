"""As whom the database is asked: a partner's person, nobody, or across partners. `lib.postgis` tells PostgreSQL.

What each may see there is `ops.wall`'s. The default is nobody, who sees no partner's rows at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """`partner` and `person` are keys as text, empty for none. `why` is set for whoever stands across partners."""

    partner: str = ""
    person: str = ""
    why: str = ""

    @property
    def is_across(self) -> bool:
        """Does it see every partner's rows?"""
        return bool(self.why)


NOBODY = Standing()

_standing: ContextVar[Standing | None] = ContextVar("standing", default=None)
_of_the_process = NOBODY


def standing() -> Standing:
    """As whom the next statement is asked."""
    return _standing.get() or _of_the_process


@contextmanager
def acting(*, partner_id: UUID | None = None, person_id: int | None = None) -> Iterator[None]:
    """Ask as a person acting for a partner. Without either as nobody."""
    yield from _stand(Standing(partner=str(partner_id or ""), person=str(person_id or "")))


@contextmanager
def across(why: str) -> Iterator[None]:
    """Ask across partners, in a place that says why. Around the statements that need it, and no more.

    A queryset is asked when it is evaluated: make a list of it inside. Also a decorator.
    """
    yield from _stand(Standing(why=why))


def work_across(why: str) -> None:
    """Let this whole process ask across partners, unless it says otherwise: workers and commands, never the web."""
    global _of_the_process  # noqa: PLW0603 - it is said once, when the process starts
    _of_the_process = Standing(why=why)


def _stand(wanted: Standing) -> Iterator[None]:
    token = _standing.set(wanted)
    try:
        yield
    finally:
        _standing.reset(token)
