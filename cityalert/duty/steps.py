"""Whom to call when, until enough have answered: a policy's steps and the calls they make. Values in, values out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# What is enough beside a number of people. "Anybody" counts the partner's screens, too.
EVERYBODY, ANYBODY = 0, 1
EVERY_MIN = 5
# A day, after which whoever has not answered is not at the telephone.
LATEST_MIN = 24 * 60
LONGEST_PAUSE_MIN = 60
MOST_STEPS, MOST_TIMES = 8, 10


class Whom(TextChoices):
    """Whom a step calls. Whoever has answered is never called."""

    ON_DUTY = "on_duty", _("whoever is on duty")
    FIRST = "first", _("those who are called first")
    DEPUTIES = "deputies", _("the deputies")
    TOLD = "told", _("those who were told and are silent")
    EVERYBODY = "everybody", _("everybody")


@dataclass(frozen=True)
class Step:
    """After so many minutes call these people, by these channels (none: all they have), `times` times.

    Not when `enough` have answered: so many people, or EVERYBODY of those who were told.
    """

    after_min: int
    whom: Whom
    channels: tuple[str, ...] = ()
    enough: int = ANYBODY
    times: int = 1
    every_min: int = EVERY_MIN


@dataclass(frozen=True)
class Call:
    """One call of a step, at a moment; `number` counts from 1 in the order of the moments."""

    number: int
    at: datetime
    step: Step


def calls(steps: Iterable[Step], at: datetime) -> list[Call]:
    """The calls that follow when nobody answers what was said at a moment, in their order."""
    due = [
        (step.after_min + step.every_min * again, place, step)
        for place, step in enumerate(steps)
        for again in range(step.times)
    ]
    due.sort(key=lambda one: one[:2])
    return [
        Call(number, at + timedelta(minutes=after), step)
        for number, (after, _place, step) in enumerate(due, start=1)
    ]


def is_enough(enough: int, answered: int, silent: int) -> bool:
    """Have enough answered, when so many did and so many who were told did not?"""
    if enough == EVERYBODY:
        return answered > 0 and silent == 0
    return answered >= enough


@dataclass(frozen=True)
class Person:
    """Somebody who could be called, as a preview needs to know them."""

    name: str
    is_deputy: bool
    is_on_duty: bool
    channels: frozenset[str]


def called(
    step: Step, people: Sequence[Person], told: Iterable[Person] = ()
) -> list[tuple[Person, list[str]]]:
    """Whom a step calls and how, when nobody has answered. As `delivery.escalation` does it.

    Where it means nobody, it calls everybody: silence would be worse. Whoever has none of the channels is called by
    what they have.
    """
    told = set(told)
    means: dict[Whom, Callable[[Person], bool]] = {
        Whom.ON_DUTY: lambda one: one.is_on_duty,
        Whom.FIRST: lambda one: not one.is_deputy,
        Whom.DEPUTIES: lambda one: one.is_deputy,
        Whom.TOLD: lambda one: one in told,
    }
    meant = [one for one in people if step.whom not in means or means[step.whom](one)]
    meant = meant or list(people)
    return [(one, sorted(one.channels & set(step.channels) or one.channels)) for one in meant]
