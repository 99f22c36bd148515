"""Signing in by another way than one's organisation wants: sent there. Everything else is as `accounts` has it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cityalert.accounts.adapter import AccountAdapter
from cityalert.accounts.models import User
from cityalert.lib import clock
from partners.signon.queries import required_of


class PeopleAdapter(AccountAdapter):
    """Asked after the password or the passkey was right: whoever only guesses learns nothing from the answer."""

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Not in, where their organisation requires its own sign-in and they did not come from there."""
        response: HttpResponse | None = super().pre_login(request, user, **more)
        if response is not None:
            return response
        sign_on = required_of(user, clock.now())
        if sign_on is None or getattr(request, "came_from", None) == sign_on.partner_id:
            return None
        said = _("%(partner)s asks its people to sign in through its own page.")
        messages.warning(request, said % {"partner": sign_on.partner.name})
        return redirect("sign_on:start", sign_on.partner_id)
