"""Whoever belongs to two partners acts for one at a time, and says for which."""

from datetime import datetime

from django.db import transaction

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.queries import actor_for


@transaction.atomic
def choose(user: User, membership_id: int, *, at: datetime) -> Actor:
    """Act for the partner of this membership. Raises NotThere for one that is not theirs or counts no more.

    It stands in the chosen partner's log. The other is told nothing: it is not theirs whom else somebody acts for.
    """
    actor = actor_for(user, membership_id=membership_id, at=at)
    if actor is None or actor.membership.pk != membership_id:
        raise NotThere
    record(Verb.PARTNER_CHOSEN, actor, actor.membership, at=at)
    return actor
