"""Taking something said into another conversation, as far as its label goes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.exits import Answer, Exit, Reader, may
from cityalert.messaging import queries
from cityalert.messaging.actions.saying import Saying, post
from cityalert.messaging.models import Conversation, Post
from cityalert.messaging.queries import Standing
from cityalert.messaging.refusals import IsDeleted, MayNotTravel
from partners.actor import Actor


@transaction.atomic
def copy(
    actor: Actor,
    conversation: Conversation,
    position: int,
    into: Conversation,
    *,
    client_id: UUID,
    at: datetime,
) -> Post:
    """Say the same words there, marked as they are. Raises MayNotTravel unless everybody there may hear them.

    Wider needs the leave of whoever wrote it: they can say it there themselves.
    """
    standing, there = queries.get_for(actor, conversation.pk), queries.get_for(actor, into.pk)
    said = queries.get_post(standing, position)
    if said.deleted_at:
        raise IsDeleted
    if not may_be_copied(standing, said, there):
        raise MayNotTravel(field="into")
    saying = Saying(said.text, said.tlp, place=said.place, place_name=said.place_name)
    made = post(actor, there.conversation, saying, client_id=client_id, at=at)
    record(Verb.POST_COPIED, actor, there.conversation, at=at, position=made.position, tlp=said.tlp)
    return made


def may_be_copied(standing: Standing, said: Post, there: Standing) -> bool:
    """May everybody who takes part there have it, as its label has it?"""
    item = standing.item(said)
    hearers = [Reader(partner_id=one) for one in there.partners]
    return all(may(item, one, Exit.COPY) is Answer.WHOLE for one in hearers)
