"""What a member is told by mail when somebody else decides about their membership."""

from datetime import datetime
from enum import StrEnum

from cityalert.accounts import letters
from cityalert.lib.language import Language
from partners.actor import Actor, Staff
from partners.models import Membership
from partners.roles import Role, needs_second_factor


class News(StrEnum):
    """What happened to the membership."""

    ROLE = "role"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    ENDED = "ended"


def tell(news: News, actor: Actor | Staff | None, membership: Membership, *, at: datetime) -> None:
    """Write to the member. Whoever runs the installation is not named: they are asked through the partner."""
    role = Role(membership.role)
    facts = {
        "news": news,
        "user": membership.user,
        "partner": membership.partner,
        "role": role,
        "needs_second_factor": needs_second_factor(role),
        "decided_by": actor.user_name if isinstance(actor, Actor) else "",
    }
    letters.post(
        "partners/mail/membership", membership.user.email, Language(membership.user.language), facts, at=at
    )
