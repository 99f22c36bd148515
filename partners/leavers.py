"""Whoever acts for nobody any more is signed out. Their pages and sockets are shut before: those ask each time."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Q

from cityalert.accounts import sessions
from partners.models import Invitation, Membership


def sign_out(*, at: datetime) -> int:
    """End the sessions of closed accounts, and of those whose last membership is over; a chore of the sweep.

    Whoever runs the installation stays, and whoever has yet to begin or to answer an invitation.
    """
    partner = Membership.objects.filter(user=OuterRef("user"), is_active=True, partner__is_active=True)
    invited = Invitation.objects.open().filter(email=OuterRef("user__email"), expires_at__gt=at)
    stays = (
        Q(user__is_staff=True)
        | Exists(partner.filter(Q(valid_until=None) | Q(valid_until__gt=at)))
        | Exists(invited)
    )
    left = UserSession.objects.filter(Q(user__is_active=False) | ~stays).select_related("user")
    # Two rounds at the same moment share the work.
    left = left.select_for_update(of=("self",), skip_locked=True)
    return sessions.end(left[:200], why="left", at=at)
