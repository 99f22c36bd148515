"""A person as the audit log wants one, while they act for nobody: at the door."""

from dataclasses import dataclass

from cityalert.accounts.models import User


@dataclass(frozen=True)
class Person:
    """An `audit.record.Who`."""

    user: User
    partner_id: None = None

    @property
    def user_id(self) -> int:
        """The person's key."""
        return self.user.pk

    @property
    def user_name(self) -> str:
        """The person's name."""
        return self.user.name
