"""Pages for when something went wrong. Those for faults use neither the database nor the session."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger("cityalert.web")


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:  # noqa: ARG001 (Django names it)
    """400: what came in could not be read."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: object = None) -> HttpResponse:  # noqa: ARG001 (Django names it)
    """403, also where a form's token is missing or too old (`reason` is Django's word for why)."""
    return render(request, "errors/403.html", status=403)


def csrf_failed(request: HttpRequest, **_: object) -> HttpResponse:
    """The form was open for too long, or was not ours."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:  # noqa: ARG001 (Django names it)
    """404, for what is not there and for what is not yours."""
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429; allauth looks for it in the URL configuration by the name `handler429`."""
    return render(request, "errors/429.html", status=429)


def fault(request: HttpRequest) -> HttpResponse:
    """Anything nobody expected: logged here, once, by its route (paths may hold tokens)."""
    exception = sys.exc_info()[1]
    if isinstance(exception, OperationalError | InterfaceError):
        return unavailable(request, exception)
    match = request.resolver_match
    logger.error("%s %s failed", request.method, match.route if match else "(no route)", exc_info=exception)
    return render(request, "errors/500.html", status=500)


def unavailable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """503: the database cannot be reached, or is too busy. Nothing is half done: all of it or none."""
    logger.error("database: %s", exception)
    response = render(request, "errors/503.html", status=503)
    response["Retry-After"] = "5"
    return response
