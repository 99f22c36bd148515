"""Keeps whoever's role needs a second factor to the account pages until this session has seen one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import second_factor
from cityalert.lib.refusals import Refusal
from cityalert.web.middleware import refused, wants_json
from partners.roles import Role, needs_second_factor

# Signing in, and what is open to everybody: a link in a message acts by its token, not by who is signed in.
OPEN_ROUTES = (
    "accounts/", "language/", "healthz", "demo/", "a/", "provider/", "join/", "invitation/", "public/", "feeds/",
    "still-right/", "service-worker.js", "manifest.webmanifest", "offline/", "subscribe/", "duty/calendar/read/",
)  # fmt: skip


class SecondFactorNeeded(Refusal):
    """Said to fragments and programs; a page is sent to where it can be set up."""

    code = "second_factor_needed"
    status = 403
    sentence = _("Your role needs a second factor. Reload the page to set it up or to enter it.")


class SecondFactor:
    """Stands behind `ActorMiddleware`, for `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing yet: which page it is, is known in `process_view`."""
        return self.get_response(request)

    def process_view(self, request: Any, *_: object) -> HttpResponseBase | None:
        """None lets the page through."""
        if is_open(request.resolver_match) or not is_needed(request):
            return None
        if second_factor.used_at(request.session):
            return None
        if request.htmx or wants_json(request):
            return refused(request, SecondFactorNeeded())
        return show_where(request)


def is_open(match: ResolverMatch) -> bool:
    """A page one may see without it."""
    return match.route.startswith(OPEN_ROUTES)


def is_needed(request: Any) -> bool:
    """Does what this person may do ask for a second factor?"""
    if not request.user.is_authenticated:
        return False
    role = request.actor and Role(request.actor.membership.role)
    return bool(request.user.is_staff or (role and needs_second_factor(role)))


def show_where(request: Any) -> HttpResponseBase:
    """To the page where it is entered, or set up when there is none yet."""
    if second_factor.has(request.user):
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{back}")
    messages.warning(request, _("Your role needs a second factor. Set one up, then you can go on."))
    return HttpResponseRedirect(reverse("mfa_index"))
