"""The actor: a person acting for one partner. Every read starts from one, every write names one."""

from dataclasses import dataclass, field
from uuid import UUID

from cityalert.accounts.models import User
from cityalert.lib.language import Language
from partners import access
from partners.models import Membership, Partner
from partners.roles import Permission


@dataclass(frozen=True)
class Actor:
    """Made by `queries.actor_for`, which looks whether the membership counts; lives as long as a request."""

    user: User
    membership: Membership
    partner: Partner
    # Is there another partner they could act for?
    has_choice: bool = False
    _granted: dict[UUID, frozenset[Permission]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def user_id(self) -> int:
        """The person's key."""
        return self.user.pk

    @property
    def user_name(self) -> str:
        """The person's name, for the audit log."""
        return self.user.name

    @property
    def partner_id(self) -> UUID:
        """The key of the partner acted for."""
        return self.partner.pk

    @property
    def language(self) -> Language:
        """What to speak to this person."""
        return Language(self.user.language)

    @property
    def may_publish(self) -> bool:
        """Whether the writing pages are for this person; templates cannot call `may`."""
        return self.may(Permission.PUBLISH)

    @property
    def may_manage(self) -> bool:
        """Whether the pages about who belongs to the partner, and whom it vouches for, are for this person."""
        return self.may(Permission.MANAGE)

    def may(self, permission: Permission, for_: Partner | None = None) -> bool:
        """May this person do that for their partner?

        Always no for another partner: whoever belongs to two acts for one at a time.
        """
        if for_ is not None and for_.pk != self.partner.pk:
            return False
        if self.partner_id not in self._granted:
            self._granted[self.partner_id] = access.permissions_of(self.user, self.partner)
        return permission in self._granted[self.partner_id]


@dataclass(frozen=True)
class Staff:
    """A person who runs the installation, in the administration pages: acts for no partner."""

    user: User
    partner_id: None = None

    @property
    def user_id(self) -> int:
        """The person's key."""
        return self.user.pk

    @property
    def user_name(self) -> str:
        """The person's name, for the audit log."""
        return self.user.name
