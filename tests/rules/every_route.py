"""Every route: the way to it, and all of them as one person."""

from collections.abc import Iterator
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from cityalert.agreements.models import Agreement, Signing
from cityalert.delivery.models import Recipient
from partners.models import Site
from tests.door import let_in
from tests.rules.matrix import NEVER, SENT

# A sharing group that Avery's partner runs and Corin's is in; neither of them decides for their partner.
GROUP = UUID("5d6f7e0a-9f4e-4f0e-8d0e-2c8b7a1c0de5")

# Signing in and one's own account are allauth's routes: nobody else's things are behind them (tests/accounts).
# The administration pages ask for staff themselves.
ELSEWHERE = ("account_", "mfa_", "usersessions_", "admin:")


def routes(patterns: list[URLPattern | URLResolver], inside: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else inside)
        elif not (name := f"{inside}{pattern.name}").startswith(ELSEWHERE) or name in SENT:
            yield name, pattern


ROUTES = dict(routes(get_resolver().url_patterns))


def address(name, alert, theirs=dict):
    """The way to a route. `theirs` gives the keys of what else belongs to somebody; without, there is no such thing."""
    values = {
        "alert_id": alert.pk,
        "received_id": alert.pk,
        "attempt_id": 1,
        "session_id": 1,
        "agreement_id": Agreement.objects.get(kind="sharing").pk,
        "signing_id": Signing.objects.first().pk,
        "site_id": Site.objects.get(name="King Bay Tower").pk,
        "group_id": GROUP,
        "act": "approve",
        "language": "en",
        "form": "atom",
        "severity": "severe",
    }
    wanted = ROUTES[name].pattern.converters
    if "token" in wanted:
        told = Recipient.objects.filter(notice=alert.notice_id, kind="member").first()
        values["token"] = told.token if told else "nothing"
    if set(wanted) - set(values):
        values |= theirs()
    for key, converter in wanted.items():
        values.setdefault(key, {UUIDConverter: uuid4(), IntConverter: 10**9}.get(type(converter), "none"))
    return reverse(name, kwargs={key: values[key] for key in wanted})


def answers(person, alert, names=SENT):
    """The status of each route for GET and an empty POST; whatever it did is taken back.

    Asked as a program does, which is refused in a line: most are, and the page that says so takes longest to make.
    """
    found, client = {}, let_in(Client(headers={"accept": "application/json"}), person)
    cookies = dict(client.cookies)
    for name in names:
        url = address(name, alert)
        for method, codes in zip(("get", "post"), SENT[name], strict=True):
            if codes is NEVER:  # before anybody is looked at: test_access_matrix.py
                found[name, method] = 405
                continue
            with transaction.atomic():
                client.cookies.clear()
                client.cookies.update(cookies)
                found[name, method] = getattr(client, method)(url).status_code
                transaction.set_rollback(True)
    return found
