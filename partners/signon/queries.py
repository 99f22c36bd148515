"""Reads: which organisation decides for an address."""

from datetime import datetime

from cityalert.accounts.models import User
from cityalert.lib import tenancy
from partners.identity import SignOn
from partners.models import Membership
from partners.roles import Role


def domain_of(address: str) -> str:
    """What stands behind the last @, as domains are kept; empty where there is none."""
    name = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


@tenancy.across("finding the organisation that signs an address in")
def for_address(address: str) -> SignOn | None:
    """Where the people of this address's domain sign in, if staff have confirmed that it is the partner's."""
    return (
        SignOn.objects.select_related("partner")
        .filter(
            partner__is_active=True,
            partner__domains__name=domain_of(address),
            partner__domains__confirmed_at__isnull=False,
        )
        .first()
    )


def required_of(user: User, at: datetime) -> SignOn | None:
    """Where this person has to sign in; None: their password will do.

    An owner's password and second factor always do, so that a provider that is down shuts nobody out for good.
    """
    if user.is_staff:
        return None
    sign_on = for_address(user.email)
    if sign_on is None or not sign_on.is_required:
        return None
    with tenancy.across("asking whether somebody at the door is an owner"):
        owns = Membership.objects.valid(at).filter(user=user, partner=sign_on.partner_id, role=Role.OWNER)
        return None if owns.exists() else sign_on
