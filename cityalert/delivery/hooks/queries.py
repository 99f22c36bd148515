"""A partner's web hooks, and what became of their messages. For those who manage it only."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from cityalert.delivery.models import Attempt, Delivery, Hook
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.roles import Permission

SHOWN = 50


def visible_to(actor: Actor) -> QuerySet[Hook]:
    """The partner's own, the newest first. Raises NotThere for whoever does not manage it."""
    if not actor.may(Permission.MANAGE):
        raise NotThere
    return Hook.objects.filter(partner=actor.partner_id).select_related("made_by").order_by("-made_at")


def get_for(actor: Actor, hook_id: UUID) -> Hook:
    """One of them. Raises NotThere."""
    hook = visible_to(actor).filter(key=hook_id).first()
    if hook is None:
        raise NotThere
    return hook


def last_deliveries(hook: Hook) -> QuerySet[Delivery]:
    """The latest, each with its tries."""
    tries = Prefetch("attempts", queryset=Attempt.objects.order_by("-number"))
    sent = Delivery.objects.filter(channel="webhook", address=hook.address)
    return sent.select_related("notice").prefetch_related(tries).order_by("-pk")[:SHOWN]
