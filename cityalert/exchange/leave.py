"""Who may see alerts of others, bring them in, and say where they are fetched."""

from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor, Staff
from partners.roles import Permission

By = Actor | Staff


class MayNotBring(Refusal):
    """Somebody who may look, and no more."""

    code = "may_not_import"
    status = 403
    sentence = _("Only somebody who writes alerts can import one.")


class MayNotArrange(Refusal):
    """Somebody who writes alerts, and does not run the organisation."""

    code = "may_not_arrange_sources"
    status = 403
    sentence = _("Only an owner or administrator can change where alerts are fetched.")


def need_look(actor: Actor) -> None:
    """Alerts of others are for those who write alerts, or arrange where they come from. Raises NotThere."""
    if not (actor.may(Permission.DRAFT) or actor.may(Permission.MANAGE)):
        raise NotThere


def need_bring(actor: Actor) -> None:
    """Raises NotThere, MayNotBring."""
    need_look(actor)
    if not actor.may(Permission.DRAFT):
        raise MayNotBring


def may_arrange(by: By) -> bool:
    """Are the sources theirs?"""
    return isinstance(by, Staff) or by.may(Permission.MANAGE)


def need_arrange(by: By) -> None:
    """Raises NotThere, MayNotArrange."""
    if isinstance(by, Actor):
        need_look(by)
    if not may_arrange(by):
        raise MayNotArrange
