"""The sandbox's pages over HTTP: who may ask, in which language, which page. What they hold is in views."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from cityalert.sandbox import views
from cityalert.sandbox.http import Receive, Response, Scope, Send, TooLarge, form, header, read_form
from cityalert.sandbox.world import Sandbox

Query = Mapping[str, str]
# Only names of this machine: a foreign name that resolves here is another site reaching in by the browser.
HOSTS = frozenset({"127.0.0.1", "localhost"})
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    # Not no-referrer: the browser would then send Origin: null with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
_PHONE, _ADDRESS, _ID = r"/phones/(\+\d+)/", r"/mail/([^/]+)/", r"(EM[0-9a-f]{32})/"


def _mailbox(sandbox: Sandbox, query: Query, address: str) -> Response:
    return views.mail_list(sandbox, query, address.lower())


def _behaviour(sandbox: Sandbox, _query: Query) -> Response:
    return views.behaviour(sandbox)


_PAGES: list[tuple[str, Callable[..., Response]]] = [
    ("/", views.overview),
    ("/mail/", views.mail_list),
    ("/behaviour/", _behaviour),
    ("/naad/", views.naad),
    ("/push/", views.push),
    ("/hooks/", views.hooks),
    (_PHONE, views.phone),
    (_ADDRESS, _mailbox),
    (_ADDRESS + _ID, views.mail),
    (_ADDRESS + _ID + "html/", views.mail_html),
]


async def answer(sandbox: Sandbox, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a page."""
    with translation.override(_language(header(scope["headers"], b"accept-language").decode("latin-1"))):
        response = await _answer(sandbox, scope, receive)
    if not header(response.headers, b"content-security-policy"):
        response.headers.append((b"content-security-policy", POLICY))
    response.headers += HEADERS
    await response.send(send)


async def _answer(sandbox: Sandbox, scope: Scope, receive: Receive) -> Response:
    host = header(scope["headers"], b"host").decode("latin-1")
    if _hostname(host) not in HOSTS:
        return _sorry(_("The sandbox answers only at its address on this machine."), 421)
    try:
        if scope["method"] in ("GET", "HEAD"):
            return _get(sandbox, scope["path"], form(scope["query_string"]))
        if header(scope["headers"], b"origin").decode("latin-1") == f"http://{host}":
            return await _post(sandbox, scope["path"], await read_form(receive))
        sentence, status = _("This was not sent from a page of the sandbox, so nothing was done."), 403
    except views.NotHere:
        sentence, status = _("There is nothing here. It may have made room for newer messages."), 404
    except TooLarge:
        sentence, status = _("That is more than fits into a message. Nothing was done."), 413
    return _sorry(sentence, status)


def _get(sandbox: Sandbox, path: str, query: Query) -> Response:
    for pattern, view in _PAGES:
        if match := re.fullmatch(pattern, path):
            return view(sandbox, query, *match.groups())
    raise views.NotHere


async def _post(sandbox: Sandbox, path: str, fields: Query) -> Response:
    if path == "/behaviour/":
        return views.behave(sandbox, fields)
    if path == "/naad/":
        return views.send_sample(sandbox)
    if match := re.fullmatch(_PHONE + "call/", path):
        return await views.take_call(sandbox, match[1], fields)
    if match := re.fullmatch(_PHONE, path):
        return await views.say(sandbox, match[1], fields)
    raise views.NotHere


def _sorry(sentence: str, status: int) -> Response:
    return views.page("sorry.html", {"sentence": sentence}, status)


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _language(accepted: str) -> str:
    for code, _weight in parse_accept_lang_header(accepted.lower()):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
