"""What pages say of agreements beside their own matter: that one is missing or about to end."""

from typing import Any

from django.template import Context, Library

from cityalert.agreements.queries import Standing, standing
from cityalert.lib import clock
from partners.roles import Permission

register = Library()


@register.simple_tag(takes_context=True)
def agreements_due(context: Context) -> list[Standing]:
    """Those that whoever manages the partner should hear of; nothing for everybody else, and no query."""
    actor: Any = context.get("actor")
    if actor is None or not actor.may(Permission.MANAGE):
        return []
    return [one for one in standing(actor, clock.now()) if one.needs_attention]
