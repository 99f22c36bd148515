"""Puts `request.actor` on every request, and keeps pages for those who have one."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from cityalert.accounts.models import User
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.queries import actor_for

# The session's word for whom its person has chosen to act.
SESSION_KEY = "membership_id"

P = ParamSpec("P")


class Request(HttpRequest):
    """A request inside `actor_required`: there is an actor."""

    actor: Actor
    htmx: HtmxDetails
    if TYPE_CHECKING:
        user: User


class ActorMiddleware:
    """`request.actor`: the actor, or None for the anonymous and for those without a valid membership."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        """Find the actor, then answer."""
        request.actor = None
        if request.user.is_authenticated:
            chosen = request.session.get(SESSION_KEY)
            request.actor = actor_for(request.user, membership_id=chosen, at=clock.now())
        return self.get_response(request)


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
