"""Tells allauth how this product differs: nobody signs up, secrets are encrypted, acts are recorded."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import keys, post
from cityalert.accounts.models import User
from cityalert.accounts.person import Person
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import clock


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a partner's administrator, never by a visitor."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "That e-mail address and password do not go together. Please try again."
        ),
        "too_many_login_attempts": _(
            "Too many attempts that failed. Wait five minutes and try again, or use a passkey."
        ),
        "incorrect_password": _("That is not your password."),
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody makes an account by themselves."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts failures by account alone: whoever knows an officer's address could keep them out
        # all night. Counted by account and place, the officer at another place still gets in.
        return f"{credentials.get('email', '').lower()}:{self.get_client_ip(request)}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has signed in just now need not say so again; allauth asks those who came a while ago."""
        request = context.request
        records = get_authentication_records(request, request.user)
        just_now = clock.now().timestamp() - REAUTHENTICATION_TIMEOUT
        if any(record["at"] > just_now for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the person's own language, and behind the request's back (see `post`)."""
        user = context.get("user")
        with translation.override(user.language if user else translation.get_language()):
            message: EmailMessage = self.render_mail(
                template_prefix, email, {"email": email, "site_name": settings.SITE_NAME, **context}
            )
        post.hand_over(message)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """As allauth's, with the person among the facts so that `send_mail` knows the language."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are worth nothing to whoever only has the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is wrong, or was used before. Wait for the next one and type that."),
    }

    def encrypt(self, text: str) -> str:
        """For the database."""
        return keys.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """From the database."""
        return keys.unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 (theirs)
        """What a key is called until its owner calls it something else."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Key {number}").format(number=number)

    def build_totp_svg(self, url: str) -> str:
        """The picture an authenticator app scans."""
        picture = BytesIO()
        segno.make(url, error="m", micro=False).save(picture, kind="svg", border=3, scale=4)
        return picture.getvalue().decode()

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)


class UserSessionsAdapter(DefaultUserSessionsAdapter):
    """Ending a session is an act, and is recorded."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End these, and say so in the audit log."""
        with transaction.atomic():
            ended = list(sessions)
            super().end_sessions(ended)
            if ended:
                user = ended[0].user
                record(Verb.SESSION_ENDED, Person(user), user, at=clock.now(), sessions=len(ended))
