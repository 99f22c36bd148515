"""How tests talk: a conversation in one call, and people saying something in it."""

from uuid import uuid4

from cityalert.messaging import actions
from cityalert.messaging.actions import Saying, Whom
from cityalert.messaging.models import Conversation, Post
from tests.cast import Person


def talk(person: Person, *others: Person, at, subject="Doors on Bay St", named=False, **more) -> Conversation:
    """Opened by a person with the partners of others, or with the others by name."""
    if named:
        whom = Whom(people=frozenset((one.user.pk, one.partner.pk) for one in others))
    else:
        whom = Whom(
            partners=frozenset(one.partner.pk for one in others), groups=frozenset(more.pop("groups", ()))
        )
    return actions.open_conversation(person.actor(at), subject, whom, at=at, **more)


def says(person: Person, conversation: Conversation, text: str = "", *, at, **more) -> Post:
    """They say it there."""
    client_id = more.pop("client_id", None) or uuid4()
    return actions.post(person.actor(at), conversation, Saying(text, **more), client_id=client_id, at=at)
