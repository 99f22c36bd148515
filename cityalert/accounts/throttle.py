"""Slowing down whoever knocks too often at a page that is open to everybody. The limits of signing in are allauth's."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]


def throttled(name: str, rate: str, *, looking: bool = True) -> Callable[[View[P]], View[P]]:
    """Answer 429 beyond `rate` ("30/m/ip"; "/user" for those signed in), counted for all views of this `name`.

    With `looking=False` only what is not a GET counts.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            is_within = ratelimit.consume(
                request, app="cityalert", action=name, config={name: rate}, limit_get=looking
            )
            return view(request, *args, **kwargs) if is_within else ratelimit.respond_429(request)

        return inner

    return decorate
