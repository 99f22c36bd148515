"""System check: the sandbox and production exclude each other."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def no_sandbox_in_production(**_: Any) -> list[CheckMessage]:
    """`sandbox.E001` when SANDBOX_URL is set in production: alerts would go to no phone at all."""
    if settings.SANDBOX_URL and settings.CITYALERT_ENVIRONMENT == "production":
        return [
            Error(
                "SANDBOX_URL is set in production, so text messages would reach nobody.",
                hint="Unset SANDBOX_URL and set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
                id="sandbox.E001",
            )
        ]
    return []
