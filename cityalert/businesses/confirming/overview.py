"""What the BIA sees of asking: who was asked, who answered, who is silent, and what waits for it. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery

from cityalert.businesses import queries, records
from cityalert.businesses.confirming import asking
from cityalert.businesses.models import Asking, Hushed, Yearly
from partners.actor import Actor

PAGE = 50


@dataclass(frozen=True)
class Proposal:
    """What a business said, beside what is kept now: label, is, should be."""

    asking: Asking
    changes: list[tuple[str, str, str]]


def latest(actor: Actor) -> QuerySet[Asking]:
    """The last time each business was asked, the newest first."""
    of_same = Asking.objects.filter(business=OuterRef("business")).order_by("-asked_at").values("pk")[:1]
    theirs = Asking.objects.filter(business__in=queries.visible_to(actor).filter(archived_at=None))
    return theirs.filter(pk=Subquery(of_same)).order_by("-asked_at", "business__name")


def proposals(actor: Actor) -> list[Proposal]:
    """What waits for the BIA, the oldest first."""
    waiting = Asking.objects.filter(partner=actor.partner_id, state=Asking.State.CHANGED)
    found = waiting.select_related("business").prefetch_related("business__contacts").order_by("answered_at")
    fields = records.plain()
    shown = []
    for one in found:
        now = records.of(one.business)
        changes = [
            (field.full_label, field.said(now[name]), field.said(text))
            for name, text in one.proposed.items()
            for field in (fields[name],)
        ]
        shown.append(Proposal(one, changes))
    return shown


def figures(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """In numbers: how many stand how, how many are due, and whether it goes by itself; four statements."""
    counted = latest(actor).order_by().values_list("state").annotate(n=Count("pk"))
    by_state = dict(counted)
    return {
        "states": [(state, by_state.get(state, 0)) for state in Asking.State],
        "asked": sum(by_state.values()),
        "due": asking.due(actor.partner_id, at=at).count(),
        "hushed": Hushed.objects.filter(partner=actor.partner_id).count(),
        "yearly": Yearly.objects.filter(partner=actor.partner_id).first(),
        "batch": asking.BATCH,
    }


def page(actor: Actor, state: str, number: str) -> Page[Asking]:
    """A page of those who were asked, of one state or of all."""
    found = latest(actor).select_related("business", "by", "letter")
    if state in Asking.State.values:
        found = found.filter(state=state)
    return Paginator(found, PAGE).get_page(number)
