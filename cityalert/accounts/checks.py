"""System checks: the conveniences of a demo do not start as production."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def keys_are_there(**_: Any) -> list[CheckMessage]:
    """Neither second factors nor addresses can be kept without their keys."""
    hint = "Make one: python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"
    return [
        Error(f"{name} must be 32 bytes in base64.", hint=hint, id=code)
        for name, code in {"FIELD_KEY": "accounts.E001", "ADDRESS_KEY": "accounts.E005"}.items()
        if _size(getattr(settings, name)) != 32
    ]


def _size(key: str) -> int:
    try:
        return len(base64.b64decode(key, validate=True))
    except binascii.Error:
        return 0


@register()
def no_demo_in_production(**_: Any) -> list[CheckMessage]:
    """Known codes, and passkeys for any origin, are for demonstrations and tests."""
    if not settings.IS_PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.IS_DEMO:
        found.append(Error("The demo's known codes are on in production.", id="accounts.E002"))
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        found.append(Error("Passkeys are taken from any origin in production.", id="accounts.E003"))
    if getattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None):
        found.append(Error("A code that always works is set in production.", id="accounts.E004"))
    return found
