"""Step-up: whoever publishes has shown a second factor within the last minutes, or shows one now."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import second_factor
from cityalert.accounts.forms import StepUpCode
from cityalert.lib.refusals import Refusal


class StepUpRequired(Refusal):
    """The second factor is too long ago."""

    code = "step_up_required"
    status = 403
    sentence = _("To confirm that it is you, type the code your authenticator app shows now.")


class WrongCode(Refusal):
    """Not the code of this moment, or used before."""

    code = "wrong_code"
    status = 422
    sentence = _("That code is wrong, or was used before. Wait for the next one and type that.")


class TooManyCodes(Refusal):
    """Guessing is slow."""

    code = "too_many_codes"
    status = 429
    sentence = _("Too many wrong codes. Wait five minutes and try again, or use a passkey.")


def second_factor_at(request: HttpRequest) -> datetime | None:
    """When this session last showed a second factor."""
    return second_factor.used_at(request.session)


def fresh(request: HttpRequest, at: datetime) -> bool:
    """Was that within the last settings.STEP_UP_MINUTES?"""
    shown_at = second_factor_at(request)
    return shown_at is not None and at - shown_at < timedelta(minutes=settings.STEP_UP_MINUTES)


def confirm(request: HttpRequest, code: str) -> None:
    """Take a code typed beside a button: from now on the session is fresh.

    Raises WrongCode (also for a code used before) and TooManyCodes. The other way is a passkey, on the page
    `passkey_url`; both write the same record, which `fresh` reads.
    """
    form = StepUpCode(user=request.user, data={"code": code})
    if not form.is_valid():
        many = form.has_error("code", "too_many_login_attempts")
        raise TooManyCodes(field="code") if many else WrongCode(field="code")
    form.save()


def require(request: HttpRequest, *, code: str | None, at: datetime) -> None:
    """Pass if the second factor is fresh, or if `code` makes it so.

    Raises StepUpRequired, WrongCode, TooManyCodes.
    """
    if fresh(request, at):
        return
    if not (code or "").strip():
        raise StepUpRequired(field="code", detail={"passkey_url": passkey_url()})
    confirm(request, str(code))


def passkey_url() -> str:
    """Where a passkey is asked for; add `?next=`."""
    return reverse("mfa_reauthenticate_webauthn")
