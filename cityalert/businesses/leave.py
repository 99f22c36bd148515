"""Who may look at a BIA's membership, and who may change it."""

from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission


class MayNotKeep(Refusal):
    """A member of the BIA, but none who keeps its membership."""

    code = "may_not_keep_membership"
    status = 403
    sentence = _("Only an owner or administrator of the BIA can change its membership.")


def need_look(actor: Actor) -> None:
    """Only a BIA has businesses, and only its own people see them. Raises NotThere."""
    if actor.partner.kind != Partner.Kind.BIA or not actor.may(Permission.VIEW):
        raise NotThere


def may_change(actor: Actor) -> bool:
    """Is it theirs to keep?"""
    return actor.partner.kind == Partner.Kind.BIA and actor.may(Permission.MANAGE)


def need_change(actor: Actor) -> None:
    """Raises NotThere, MayNotKeep."""
    need_look(actor)
    if not may_change(actor):
        raise MayNotKeep
