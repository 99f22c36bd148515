"""System checks: what is meant for tests does not start as production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def no_trusted_origins_in_production(**_: Any) -> list[CheckMessage]:
    """A sign-in service inside our own network would let a partner look around there."""
    if settings.IS_PRODUCTION and settings.SIGN_ON_TRUSTED:
        hint = "Take SIGN_ON_TRUSTED away: in production sign-in services are public, and https."
        return [Error("Sign-in services inside our own network are trusted.", hint=hint, id="partners.E001")]
    return []
