"""Puts `request.actor` on every request, and keeps pages for those who have one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from cityalert.accounts.models import User
from cityalert.lib import clock, tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor, Staff
from partners.queries import actor_for

# The session's word for whom its person has chosen to act.
SESSION_KEY = "membership_id"
# Where the anonymous are asked who they are; single sign-on and invitations say so themselves.
DOORS = ("/accounts/",)

P = ParamSpec("P")


class Request(HttpRequest):
    """A request inside `actor_required`: there is an actor."""

    actor: Actor
    htmx: HtmxDetails
    if TYPE_CHECKING:
        user: User


class StaffRequest(HttpRequest):
    """A request inside `staff_required`: somebody who runs the installation."""

    staff: Staff
    htmx: HtmxDetails


class ActorMiddleware:
    """`request.actor`: the actor, or None for the anonymous and for those without a valid membership.

    All that is asked of the database until the answer is made is asked as that actor (`lib.tenancy`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        """Find the actor, then answer."""
        with tenancy.acting(person_id=request.user.pk):
            request.actor = self._actor(request)
        with self._standing(request):
            return self.get_response(request)

    def _standing(self, request: Any) -> AbstractContextManager[None]:
        if not request.user.is_authenticated and request.path.startswith(DOORS):
            return tenancy.across("signing in: nobody is known yet")
        # Who may enter the administration pages, and with what, is asked behind us as it was before.
        if request.user.is_staff and request.path.startswith(reverse("admin:index")):
            return tenancy.across("the administration pages")
        partner_id = request.actor and request.actor.partner_id
        return tenancy.acting(partner_id=partner_id, person_id=request.user.pk)

    def _actor(self, request: Any) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        chosen = request.session.get(SESSION_KEY)
        return actor_for(request.user, membership_id=chosen, at=clock.now())


def actor_required(
    view: Callable[Concatenate[Request, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """Send the anonymous to sign in; to a person who acts for nobody there is nothing here."""

    @wraps(view)
    def inner(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.actor is not None:
            return view(request, *args, **kwargs)
        if request.user.is_authenticated:
            raise NotThere
        return redirect_to_login(request.get_full_path())

    return inner


def staff_required(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """For those who run the installation, with `request.staff`; to anybody else there is nothing here.

    They ask across partners. The second factor is `web.second_factor`'s: staff always need one.
    """

    @wraps(view)
    def inner(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.is_staff:
            request.staff = Staff(request.user)
            with tenancy.across("those who run the installation"):
                return view(request, *args, **kwargs)
        if request.user.is_authenticated:
            raise NotThere
        return redirect_to_login(request.get_full_path())

    return inner
