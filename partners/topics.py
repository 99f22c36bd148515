"""Who may listen on the live socket: the answers to what `live.topics` asks. A claim is "partner:<uuid>"."""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from cityalert.accounts.models import User
from cityalert.accounts.second_factor import used_at
from cityalert.lib import clock
from cityalert.live.topics import Listener
from partners.middleware import SESSION_KEY
from partners.models import Membership
from partners.queries import actor_for
from partners.roles import Role, needs_second_factor

PREFIX = "partner:"


def claim_of(partner_id: UUID) -> str:
    """How a partner is called where things are listened to."""
    return f"{PREFIX}{partner_id}"


def claim_for(user_id: int, session: SessionBase) -> str | None:
    """For whom a person listens who connects with this session: for the partner their pages act for."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    actor = actor_for(user, membership_id=session.get(SESSION_KEY), at=clock.now())
    if actor is None or (needs_second_factor(Role(actor.membership.role)) and not used_at(session)):
        return None
    return claim_of(actor.partner_id)


def listeners(asked: list[Listener]) -> set[Listener]:
    """Those who still belong to the partner they listen for; one statement for all of a process's sockets."""
    members = Membership.objects.valid(clock.now()).filter(user_id__in={user_id for user_id, _claim in asked})
    valid = {
        (user_id, claim_of(partner_id))
        for user_id, partner_id in members.values_list("user_id", "partner_id")
    }
    return valid & set(asked)
