"""What a person may do for a partner, as guardian keeps it. Its only reader; asked through `Actor.may`."""

from guardian.shortcuts import get_user_perms

from cityalert.accounts.models import User
from partners.models import Partner
from partners.roles import Permission


def permissions_of(user: User, partner: Partner) -> frozenset[Permission]:
    """The permissions this person was granted on this partner; a superuser has no more than was granted.

    It looks at grants alone: whether the membership still counts is asked by `queries.actor_for`.
    """
    granted = get_user_perms(user, partner)
    return frozenset(Permission(codename) for codename in granted if codename in Permission)
