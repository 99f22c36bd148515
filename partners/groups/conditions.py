"""What a partner must have done before it joins a group. Apps above say so when they are ready."""

from collections.abc import Callable
from datetime import datetime

from partners.models import Partner

# Given the partner and the moment; raises a Refusal that says what is missing.
Condition = Callable[[Partner, datetime], None]

_conditions: list[Condition] = []


def require(condition: Condition) -> None:
    """Ask this of every partner that is about to join a group."""
    _conditions.append(condition)


def check(partner: Partner, at: datetime) -> None:
    """Raise what the first condition refuses."""
    for condition in _conditions:
        condition(partner, at)
