"""Who may open a socket: our origin, a living session, somebody to listen for, topics they may hear."""

from collections.abc import Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host

from cityalert.live import rights, topics
from cityalert.live.limits import Limits
from cityalert.live.sockets import Right

# PostgreSQL's bigint, which positions are.
_POSITION_AT_MOST = 2**63 - 1


class Wanted(NamedTuple):
    """What the address asks for."""

    after: int | None
    topics: frozenset[str]


class Visitor(NamedTuple):
    """Somebody who may listen."""

    right: Right
    language: str


def is_same_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Was this opened by a page of ours? Browsers name the page's origin; who does not is no browser of ours.

    Channels' own validator compares host names only, so another port of the same host would pass, which gets
    our cookies; and its refusal subscribes to Redis first.
    """
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    return urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS


def wanted(query: bytes, limits: Limits) -> Wanted:
    """The address's `after` and `topic`s. Raises ValueError if they make no sense."""
    fields = parse_qs(query.decode("latin-1"), max_num_fields=limits.topics_per_socket + 1, errors="replace")
    after = fields.get("after", [""])[-1]
    if not after:
        return Wanted(None, frozenset(fields.get("topic", ())))
    if not (after.isascii() and after.isdigit() and int(after) <= _POSITION_AT_MOST):
        raise ValueError("Not a position.")
    return Wanted(int(after), frozenset(fields.get("topic", ())))


def admit(headers: Mapping[bytes, bytes], names: frozenset[str]) -> Visitor | None:
    """The person behind the session cookie, if they may listen and hear all these topics."""
    session = _session(headers)
    user = get_user(cast(HttpRequest, SimpleNamespace(session=session)))
    if session.session_key is None or not isinstance(user, AbstractBaseUser) or not user.is_active:
        return None
    claim = topics.claim_for(user.pk, session)
    if claim is None or not all(topics.who_may_hear(name, [(user.pk, claim)]) for name in names):
        return None
    right = Right(user.pk, claim, session.session_key, rights.stamp(user), topics.is_proved(session))
    return Visitor(right, getattr(user, "language", settings.LANGUAGE_CODE))


def _session(headers: Mapping[bytes, bytes]) -> SessionBase:
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    return cast(SessionBase, store(cookies.get(settings.SESSION_COOKIE_NAME)))
