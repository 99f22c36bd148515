"""allauth's forms for codes, with its gap closed."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
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
