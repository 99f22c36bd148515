"""What pages say of agreements beside their own matter: that one is missing or about to end."""

from typing import Any

from django.template import Context, Library

from cityalert.agreements.queries import Standing, standing
from cityalert.agreements.rules import Act, Kind, needed_for
from cityalert.lib import clock
from partners.roles import Permission

register = Library()


@register.simple_tag(takes_context=True)
def agreements_due(context: Context, act: str = "") -> list[Standing]:
    """Those that whoever manages the partner should hear of; with "publish", whoever writes alerts, of what those take.

    Nothing for everybody else, and no query.
    """
    actor: Any = context.get("actor")
    if actor is None:
        return []
    kinds = set(Kind) if actor.may(Permission.MANAGE) else set()
    if act and actor.may(Permission.PUBLISH):
        kinds |= set(needed_for(Act(act)))
    if not kinds:
        return []
    return [one for one in standing(actor, clock.now()) if one.kind in kinds and one.needs_attention]
