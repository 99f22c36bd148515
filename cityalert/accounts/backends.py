"""Who a session is of. The wall shows an account to its own person: it is read as them, as all is from then on."""

from allauth.account.auth_backends import AuthenticationBackend

from cityalert.accounts.models import User
from cityalert.lib import tenancy


class People(AuthenticationBackend):
    """allauth's, by e-mail address and password."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session."""
        with tenancy.acting(person_id=user_id):
            return super().get_user(user_id)  # type: ignore[no-any-return]
