"""What happens to every page on its way out: security headers, and refusals said in a way one can read."""

import json
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from cityalert.lib.refusals import Refusal
from cityalert.web import errors

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@cache
def policy() -> str:
    """The content security policy: all of it our own, except the operator's map tiles."""
    tiles = urlsplit(settings.BASEMAP_STYLE_URL)
    host = f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{host}",
            f"font-src 'self'{host}",
            # 'self' covers the socket: browsers match ws: and wss: of the page's own host.
            f"connect-src 'self'{host}",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class ContentSecurityPolicy:
    """The policy, what the browser may use, and no copy kept of a signed-in person's pages."""

    PERMISSIONS = (
        "camera=(), microphone=(), payment=(), usb=(), geolocation=(self), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers.setdefault("Permissions-Policy", self.PERMISSIONS)
        # Only if somebody asked who it is: the question itself would cost a query.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Refusals:
    """Anticipated refusals become a page, a toast or JSON; an unreachable database becomes "try again"."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; who must sign in again is told so in the right form."""
        return sign_in_again(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this for what a view raised; None leaves it to the others."""
        if isinstance(exception, Refusal):
            return refused(request, exception)
        if isinstance(exception, OperationalError | InterfaceError):
            return errors.unavailable(request, exception)
        return None


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: it prefers JSON to a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal in the form the caller can use. The status is kept in each."""
    sentence = str(refusal.sentence)
    if getattr(request, "htmx", False):
        # json.dumps keeps to ASCII, which is all a header may hold.
        headers = {"HX-Reswap": "none", "HX-Trigger": json.dumps({"toast": sentence})}
        return HttpResponse(
            sentence, content_type="text/plain; charset=utf-8", status=refusal.status, headers=headers
        )
    if wants_json(request):
        facts = {"code": refusal.code, "sentence": sentence, "field": refusal.field, "detail": refusal.detail}
        return JsonResponse(facts, status=refusal.status)
    template = "errors/404.html" if refusal.status == 404 else "errors/refusal.html"
    return render(request, template, {"sentence": sentence, "refusal": refusal}, status=refusal.status)


def sign_in_again(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Where a page would be sent to sign in, a fragment sends the whole page there and a program gets 401."""
    sign_in = resolve_url(settings.LOGIN_URL)
    if response.status_code != 302 or urlsplit(response["Location"]).path != sign_in:
        return response
    if getattr(request, "htmx", False):
        here = urlsplit(request.htmx.current_url_abs_path or reverse("web:home"))  # type: ignore[attr-defined]
        there = f"{sign_in}?{urlencode({'next': here.path})}"
        return HttpResponse(status=401, headers={"HX-Redirect": there})
    if wants_json(request):
        return JsonResponse({"code": "signed_out"}, status=401)
    return response
