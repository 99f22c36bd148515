"""The demo's people: known passwords and known second factors. Nothing of it works in production."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import keys
from cityalert.accounts.models import User

PERIOD = 30  # seconds a code is shown


@dataclass(frozen=True)
class Account:
    """Somebody one can sign in as."""

    first_name: str
    who: str | Promise

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.first_name}@cityalert.example"

    @property
    def password(self) -> str:
        """Known to everybody."""
        return f"toronto-{self.first_name}-2026"

    def code(self, timestamp: float) -> str:
        """What their authenticator app would show at a moment (seconds since 1970)."""
        return str(format_hotp_value(hotp_value(totp_secret(self.email), int(timestamp) // PERIOD)))


ACCOUNTS = (
    Account("avery", _("Police officer: writes and publishes alerts")),
    Account("sam", _("Police sergeant: approves alerts to the public")),
    Account("corin", _("Security desk of an office tower: receives alerts")),
    Account("vera", _("Control room of a venue: receives alerts")),
    Account("bao", _("Administrator of a business improvement area")),
    Account("noor", _("School: receives alerts")),
    Account("pim", _("City analyst: reads reach and audit")),
    Account("nadia", _("Runs the system for the city")),
    Account("otto", _("Far outside: should receive nothing")),
)


def totp_secret(email: str) -> str:
    """Always the same for an address, in base32, as an authenticator app takes it."""
    if settings.IS_PRODUCTION:
        raise ImproperlyConfigured("The demo's second factors are known to everybody.")
    return base64.b32encode(hmac.digest(b"cityalert demo", email.encode(), hashlib.sha256)[:20]).decode()


def enrol(user: User) -> Authenticator:
    """Give a person of the demo their known authenticator app."""
    secret = keys.seal(totp_secret(user.email))
    authenticator, _created = Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": secret}}
    )
    return authenticator
