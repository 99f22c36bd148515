"""The sandbox's pages over HTTP: who may ask, in which language, and which page it is. The pages are in views."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from cityalert.sandbox import views
from cityalert.sandbox.http import Receive, Response, Scope, Send, TooLarge, form, header, read_form
from cityalert.sandbox.world import Sandbox

# Only names of this machine: a foreign name that resolves here is another site reaching in through the browser.
HOSTS = frozenset({"127.0.0.1", "localhost"})
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]
_PHONE = re.compile(r"/phones/(\+\d+)/")
_MAILBOX = re.compile(r"/mail/([^/]+)/")
_MAIL = re.compile(r"/mail/([^/]+)/(EM[0-9a-f]{32})/")
_MAIL_HTML = re.compile(r"/mail/([^/]+)/(EM[0-9a-f]{32})/html/")


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
        if scope["method"] == "POST":
            if header(scope["headers"], b"origin").decode("latin-1") != f"http://{host}":
                return _sorry(_("This was not sent from a page of the sandbox, so nothing was done."), 403)
            return await _post(sandbox, scope["path"], await read_form(receive))
        return _sorry(_("That cannot be done here."), 405)
    except views.NotHere:
        return _sorry(_("There is nothing here. It may have made room for newer messages."), 404)
    except TooLarge:
        return _sorry(_("That is more than fits into a message. Nothing was done."), 413)


def _get(sandbox: Sandbox, path: str, query: Mapping[str, str]) -> Response:
    if path == "/":
        return views.overview(sandbox, query)
    if path == "/mail/":
        return views.mail_list(sandbox, query)
    if path == "/behaviour/":
        return views.behaviour(sandbox)
    if match := _PHONE.fullmatch(path):
        return views.phone(sandbox, match[1], query)
    if match := _MAIL_HTML.fullmatch(path):
        return views.mail_html(sandbox, match[1], match[2])
    if match := _MAIL.fullmatch(path):
        return views.mail(sandbox, match[1], match[2])
    if match := _MAILBOX.fullmatch(path):
        return views.mail_list(sandbox, query, match[1].lower())
    raise views.NotHere


async def _post(sandbox: Sandbox, path: str, fields: Mapping[str, str]) -> Response:
    if path == "/behaviour/":
        return views.behave(sandbox, fields)
    if match := _PHONE.fullmatch(path):
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
