"""Every route, for everybody: what they get, as `matrix` says."""

import re
from copy import deepcopy
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from tests.alerts.writing import draft
from tests.door import let_in
from tests.rules.every_route import ROUTES, address
from tests.rules.matrix import DRAFT, NEVER, SENT, WHO
from tests.rules.others import one_of_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(cast):
    """What somebody is answered; whatever it did is taken back."""
    client = Client()
    signed_in = {who: let_in(Client(), getattr(cast, who)).cookies for who in WHO if who != "anonymous"}

    def ask(who, method, url):
        with transaction.atomic():
            client.cookies = deepcopy(signed_in.get(who, SimpleCookie()))
            response = getattr(client, method)(url)
            transaction.set_rollback(True)
        return response

    return ask


def test_every_route_is_in_the_table():
    assert sorted(ROUTES) == sorted(SENT)
    assert sorted(DRAFT) == sorted(n for n, p in ROUTES.items() if "alert_id" in p.pattern.converters)


def test_who_gets_what(sent, cast, at, ask):
    there = one_of_each(cast, at)
    assert_answers(ask, SENT, lambda name: address(name, sent, lambda: there))


def test_a_draft_is_there_for_its_authors_only(cast, at, ask):
    begun = draft(cast.avery, at)
    assert_answers(ask, DRAFT, lambda name: address(name, begun))


def assert_answers(ask, table, way):
    """Everybody is answered as the table says; whatever differs is named."""
    wanted = {(name, how): table[name][n] for name in table for n, how in enumerate(("get", "post"))}
    got = {
        (name, method): tuple(
            # What nobody may is refused before anybody is looked at.
            405 if codes is NEVER and who in WHO[1:-1] else ask(who, method, way(name)).status_code
            for who in WHO
        )
        for (name, method), codes in wanted.items()
    }
    assert {key: codes for key, codes in got.items() if codes != wanted[key]} == {}


def test_not_yours_and_not_there_look_the_same(sent, ask):
    for name in DRAFT:
        assert_the_same(ask, address(name, sent), address(name, type(sent)(pk=uuid4())))


def test_what_is_another_partners_and_what_is_not_there_look_the_same(sent, cast, at, ask):
    theirs = one_of_each(cast, at)
    for name, route in ROUTES.items():
        if set(theirs) & set(route.pattern.converters):
            methods = [how for how, who in zip(("get", "post"), SENT[name], strict=True) if who is not NEVER]
            assert_the_same(ask, address(name, sent, lambda: theirs), address(name, sent), methods)


def assert_the_same(ask, there, nowhere, methods=("get", "post")):
    """Otto is answered the same, to the byte."""
    for method in methods:
        answers = [ask("otto", method, url) for url in (there, nowhere)]
        bodies = [said_by(answer, url) for answer, url in zip(answers, (there, nowhere), strict=True)]
        assert answers[0].status_code == answers[1].status_code, (method, there)
        assert bodies[0] == bodies[1], (method, there)
        assert sorted(answers[0].headers) == sorted(answers[1].headers), (method, there)


def said_by(response, url):
    """The body, apart from what is every request's own: its address, its id, its form tokens."""
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode().replace(url, ""))
    return text.replace(response.headers.get("X-Request-ID", "none"), "")
