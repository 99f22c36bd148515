"""The calls of an alert on its timeline: what is due, what was done, what was not needed and why."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cityalert.delivery import progress
from cityalert.duty import wording
from cityalert.duty.steps import Whom


@dataclass(frozen=True)
class Line:
    """One moment: what happened, more about it, and whether it must be seen across the room."""

    at: datetime
    text: str
    detail: str = ""
    is_loud: bool = False


def lines(notice_id: int, *, only: UUID | None) -> list[Line]:
    """A line for each call, those of many partners at one moment together; `only` one partner's.

    The first call of a policy is the telling itself, and has no line; nor has what somebody asked for by hand.
    """
    alike: dict[tuple[datetime, str, str], list[Any]] = defaultdict(list)
    for call in progress.calls(notice_id, only=only):
        if (call.number > 1 and call.partner_id) or (not call.partner_id and call.whom != Whom.TOLD):
            what = wording.whom_by(call.get_whom_display(), call.channels)
            alike[call.ended_at or call.next_at, call.outcome, what].append(call)
    return [_line(*key, calls) for key, calls in alike.items()]


def _line(at: datetime, outcome: str, what: str, calls: list[Any]) -> Line:
    said = {"": _("Due: %(whom)s"), "called": _("Called: %(whom)s")}.get(outcome, _("Not called: %(whom)s"))
    detail = [_whose(calls)]
    if outcome == "called":
        people = sum(call.people for call in calls)
        detail.append(ngettext("%(n)d person", "%(n)d people", people) % {"n": people} if people else "")
    elif outcome:
        detail.append(_WHY[outcome]())
    return Line(at, said % {"whom": what}, ", ".join(filter(None, detail)))


def _whose(calls: list[Any]) -> str:
    named = {call.partner_id: call.partner for call in calls if call.partner_id}
    if len(named) == 1:
        (partner,) = named.values()
        return str(partner.name) if partner else str(_("A partner"))
    return ngettext("%(n)d partner", "%(n)d partners", len(named)) % {"n": len(named)} if named else ""


_WHY = {
    "answered": lambda: _("enough had answered"),
    "nobody": lambda: _("nobody was left to call"),
    "superseded": lambda: _("a newer message took its place"),
    "expired": lambda: _("the alert had ended"),
}
