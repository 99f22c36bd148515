"""Who may listen on the live socket: the answers to what `live.topics` asks. A claim is "partner:<uuid>"."""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from cityalert.accounts.second_factor import used_at
from cityalert.lib import clock
from cityalert.live.topics import Proved
from partners.middleware import SESSION_KEY
from partners.models import Membership
from partners.queries import the_chosen_first
from partners.roles import Role, needs_second_factor

PREFIX = "partner:"


def claim_of(partner_id: UUID) -> str:
    """How a partner is called where things are listened to."""
    return f"{PREFIX}{partner_id}"


def claim_for(user_id: int, session: SessionBase) -> str | None:
    """For whom a person listens who connects with this session: for the partner their pages act for.

    One statement that reads no shapes: after a restart everybody connects at the same moment.
    """
    theirs = Membership.objects.valid(clock.now()).filter(user_id=user_id)
    ordered = the_chosen_first(theirs, session.get(SESSION_KEY))
    for partner_id, role in ordered.values_list("partner_id", "role")[:1]:
        if used_at(session) or not needs_second_factor(Role(role)):
            return claim_of(partner_id)
    return None


def is_proved(session: SessionBase) -> bool:
    """Has this session shown a second factor?"""
    return used_at(session) is not None


def listeners(asked: list[Proved]) -> set[Proved]:
    """Those who still belong to the partner they listen for; one statement for all of a process's sockets.

    Whoever was given a role that needs a second factor meanwhile, and connected without one, connects anew with one.
    """
    members = Membership.objects.valid(clock.now()).filter(user_id__in={user_id for user_id, *_rest in asked})
    needs = {
        (user_id, claim_of(partner_id)): needs_second_factor(Role(role))
        for user_id, partner_id, role in members.values_list("user_id", "partner_id", "role")
    }
    return {
        (user_id, claim, proved)
        for user_id, claim, proved in asked
        if (user_id, claim) in needs and (proved or not needs[user_id, claim])
    }
