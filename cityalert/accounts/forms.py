"""allauth's forms for codes and keys, with their gaps closed."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache
from django.utils.crypto import salted_hmac

# A code is valid for three periods of thirty seconds: its own and, for clocks that differ, both beside it.
# allauth remembers a used one for a single period; we remember it for longer than it can be valid.
REMEMBERED_SECONDS = 120


class CodeOnce:
    """A code works once, wherever it is typed."""

    def clean_code(self) -> str:
        """The code, if it is right and was not used before."""
        code: str = super().clean_code()  # type: ignore[misc]
        person: int = self.user.pk  # type: ignore[attr-defined]
        used = salted_hmac("second factor code", f"{person}:{code}", algorithm="sha256").hexdigest()
        if not cache.add(f"code:{used}", 1, timeout=REMEMBERED_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCode(CodeOnce, AuthenticateForm):
    """The second step of signing in."""


class StepUpCode(CodeOnce, ReauthenticateForm):
    """Asked of somebody who is signed in."""


class Readable:
    """What a device is said to have answered may be anything: what cannot be read is wrong, no fault."""

    def clean_credential(self) -> Any:
        """Of signing in and confirming."""
        credential = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        clean = getattr(super(), "clean_credential", lambda: credential)
        return _as_wrong(clean)

    def clean(self) -> Any:
        """Of adding a key."""
        return _as_wrong(super().clean)  # type: ignore[misc]


def _as_wrong(clean: Callable[[], Any]) -> Any:
    try:
        return clean()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # A ValidationError is none of these, though it is also raised in there.
        raise get_adapter().validation_error("incorrect_code") from error


class SignInKey(Readable, webauthn.LoginWebAuthnForm):
    """A passkey instead of a password."""


class SecondKey(Readable, webauthn.AuthenticateWebAuthnForm):
    """A key as the second step of signing in."""


class StepUpKey(Readable, webauthn.ReauthenticateWebAuthnForm):
    """A key asked of somebody who is signed in."""


class NewKey(Readable, webauthn.AddWebAuthnForm):
    """A key to be added."""
