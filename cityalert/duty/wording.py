"""A policy's steps in the words of its page, and who would be called if an alert came now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cityalert.duty import steps
from cityalert.duty.steps import Person, Step
from cityalert.subscriptions.models import ContactPoint


@dataclass(frozen=True)
class Line:
    """One step as it is read: when, whom and how, what stops it, and when it is repeated."""

    after_min: int
    text: str
    unless: str
    again: str


@dataclass(frozen=True)
class Moment:
    """One call of a preview: when, and each person with the channels."""

    at: datetime
    people: list[tuple[Person, str]]


def line(step: Step) -> Line:
    """A step in words."""
    return Line(step.after_min, whom_and_how(step), _unless(step), _again(step))


def whom_and_how(step: Step) -> str:
    """Whom it calls, and by which channels."""
    return whom_by(str(step.whom.label), step.channels)


def whom_by(whom: str, channels: Iterable[str]) -> str:
    """The same, of what is written down."""
    ways = channel_list(channels)
    if not ways:
        return _("%(whom)s, in every way they have") % {"whom": whom}
    return _("%(whom)s, by %(channels)s") % {"whom": whom, "channels": ways}


def channel_list(names: Iterable[str]) -> str:
    """Channels by name: "SMS and E-mail"."""
    known = dict(ContactPoint.Channel.choices)
    return get_text_list([str(known.get(name, name)) for name in names], _("and"))


def enough(number: int) -> str:
    """How many answers stop a step, as the choice says it."""
    if number == steps.EVERYBODY:
        return _("everybody who was told has answered")
    if number == steps.ANYBODY:
        return _("somebody has answered")
    return ngettext("%(n)d person has answered", "%(n)d people have answered", number) % {"n": number}


def _unless(step: Step) -> str:
    return (
        _("unless %(enough)s") % {"enough": enough(step.enough)} if step.after_min or step.times > 1 else ""
    )


def _again(step: Step) -> str:
    if step.times == 1:
        return ""
    moments = [str(step.after_min + step.every_min * again) for again in range(1, step.times)]
    return _("again after %(minutes)s min") % {"minutes": get_text_list(moments, _("and"))}


def preview(said: Sequence[Step], people: Sequence[Person], at: datetime) -> list[Moment]:
    """Who would be called when, if an alert came now and nobody answered it."""
    told: set[Person] = set()
    moments = []
    for call in steps.calls(said, at):
        called = steps.called(call.step, people, told)
        told |= {person for person, _channels in called}
        moments.append(Moment(call.at, [(person, channel_list(ways)) for person, ways in called]))
    return moments
