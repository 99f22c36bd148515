"""A short id for each request: in its answer, on its error page and in every line logged meanwhile."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

_current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestId:
    """Middleware, the outermost: draws the id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, under an id."""
        request.request_id = secrets.token_hex(6)  # type: ignore[attr-defined]
        token = _current.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class Filter(logging.Filter):
    """Gives log records `request_id`; "-" outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let all pass, with the id."""
        record.request_id = _current.get()
        return True
