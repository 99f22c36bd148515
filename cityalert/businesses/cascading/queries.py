"""Reads: what a BIA passed on, and who has it, business by business."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.leave import need_look
from cityalert.businesses.models import Cascade, Function, Target
from cityalert.delivery import progress
from cityalert.delivery.progress import Told
from cityalert.lib.refusals import NotThere
from partners.actor import Actor

# How far it came at one contact, the worst first: a business stands where its best contact stands.
STEPS = {
    "nobody": _("Nobody to tell"),
    "failed": _("Did not arrive"),
    "wanted": _("To be sent"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "acknowledged": _("Has it"),
}
_RANK = {step: rank for rank, step in enumerate(STEPS)}


def visible_to(actor: Actor) -> QuerySet[Cascade]:
    """What the actor's own BIA passed on, the latest first."""
    need_look(actor)
    return Cascade.objects.filter(partner=actor.partner_id).select_related("sent_by", "alert__partner")


def get_for(actor: Actor, cascade_id: UUID) -> Cascade:
    """One of them. Raises NotThere."""
    found = visible_to(actor).filter(pk=cascade_id).first()
    if found is None:
        raise NotThere
    return found


@dataclass(frozen=True)
class Heard:
    """One contact, and how far it came."""

    target: Target
    told: Told

    @property
    def step(self) -> str:
        """A key of STEPS."""
        if self.told.acknowledged_at:
            return "acknowledged"
        if self.told.was_delivered:
            return "delivered"
        if self.told.was_sent:
            return "sent"
        if self.target.subscriber_id is None:
            return "nobody"
        return "failed" if self.told.has_failed else "wanted"

    @property
    def word(self) -> Any:
        """It in words."""
        return STEPS[self.step]

    @property
    def function(self) -> str:
        """What they are called for."""
        return str(Function(self.target.function).label) if self.target.function else ""


@dataclass(frozen=True)
class Place:
    """One business, and how far it came there."""

    name: str
    business_id: UUID | None
    heard: list[Heard]

    @property
    def step(self) -> str:
        """The furthest of its contacts."""
        return max((one.step for one in self.heard), key=_RANK.__getitem__)

    @property
    def word(self) -> Any:
        """It in words."""
        return STEPS[self.step]


@dataclass(frozen=True)
class Reached:
    """All businesses of a cascade, those who have nothing first."""

    places: list[Place]

    @property
    def counts(self) -> list[tuple[str, Any, int]]:
        """How many businesses came how far, each step counting those beyond it; then those where it failed."""
        counted = Counter(one.step for one in self.places)
        ladder = ("wanted", "sent", "delivered", "acknowledged")
        steps = [
            (step, STEPS[step] if step != "wanted" else _("Wanted"), sum(counted[s] for s in ladder[n:]))
            for n, step in enumerate(ladder)
        ]
        steps[0] = (*steps[0][:2], len(self.places))
        return [*steps, *((step, STEPS[step], counted[step]) for step in ("failed", "nobody"))]


def reached(cascade: Cascade) -> Reached:
    """Who has it; two statements."""
    told = progress.told(cascade.notice_id) if cascade.notice_id else {}
    found: dict[tuple[str, UUID | None], list[Heard]] = {}
    for target in cascade.targets.all():
        heard = Heard(target, told.get(target.subscriber_id or 0, Told()))
        found.setdefault((target.business_name, target.business_id), []).append(heard)
    places = [Place(name, key, heard) for (name, key), heard in found.items()]
    return Reached(sorted(places, key=lambda one: (_RANK[one.step], one.name)))
