"""Vera works at the arena, and helps out at the tower. She acts for one of them at a time."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.accounts.models import User
from cityalert.accounts.sessions import UserSession
from cityalert.audit.models import Entry
from cityalert.live import rights
from cityalert.live.sockets import Right
from partners import actions, leavers, topics
from partners.roles import Role
from tests.door import let_in, sign_in

pytestmark = pytest.mark.django_db
CHOOSE = reverse("members:choose")


@pytest.fixture
def both(cast, at):
    return actions.add_member(None, cast.vera.user, cast.corin.partner, Role.VIEWER, at=at)


def at_the_arena(client, cast):
    """Signed in, and come to the arena's pages last."""
    let_in(client, cast.vera)
    choose(client, cast.vera.membership)
    return client


def choose(client, membership):
    return client.post(CHOOSE, {"membership": membership.pk})


def text(answer):
    return answer.content.decode()


def test_she_chooses_and_sees_what_is_the_towers_and_nothing_of_the_arenas(client, cast, both):
    at_the_arena(client, cast)
    arena, tower = (reverse("sites:detail", args=[site.pk]) for site in (cast.vera.site, cast.corin.site))
    assert (client.get(arena).status_code, client.get(tower).status_code) == (200, 404)
    assert CHOOSE in text(client.get("/"))
    page = text(client.get(CHOOSE))
    assert page.index("King Bay Tower") < page.rindex("Lakeside Arena")

    assert choose(client, both)["Location"] == "/"

    assert (client.get(arena).status_code, client.get(tower).status_code) == (404, 200)
    members = text(client.get(reverse("members:list")))
    assert "Corin Walsh" in members
    assert "Arena" not in members
    assert client.get("/").wsgi_request.actor.membership == both
    choose(client, cast.vera.membership)
    assert (client.get(arena).status_code, client.get(tower).status_code) == (200, 404)


def test_it_stands_in_the_chosen_partners_log_and_in_no_other(client, cast, both):
    choose(let_in(client, cast.vera), both)

    entry = Entry.objects.get(verb="partner.chosen")
    assert (entry.partner_id, entry.user_id, entry.facts) == (cast.corin.partner.pk, cast.vera.user.pk, {})


@pytest.mark.parametrize("asked", ["", "0", "x", "²", "9" * 30, "otto"])
def test_what_is_not_hers_is_not_there(client, cast, both, asked):
    at_the_arena(client, cast)

    answer = client.post(CHOOSE, {"membership": cast.otto.membership.pk if asked == "otto" else asked})

    assert answer.status_code == 404
    assert client.get("/").wsgi_request.actor.partner == cast.vera.partner
    assert Entry.objects.filter(verb="partner.chosen").count() == 1


def test_a_membership_that_ended_is_not_there(client, cast, both, at):
    let_in(client, cast.vera)
    actions.suspend(None, both, at=at)

    assert choose(client, both).status_code == 404
    assert CHOOSE not in text(client.get("/"))
    assert "King Bay" not in text(client.get(CHOOSE))


def test_a_form_that_was_opened_for_one_is_not_sent_for_the_other(cast, both):
    client = let_in(Client(enforce_csrf_checks=True), cast.vera)
    token = str(client.get(CHOOSE).context["csrf_token"])
    client.post(CHOOSE, {"membership": both.pk, "csrfmiddlewaretoken": token})

    stale = client.post(CHOOSE, {"membership": cast.vera.membership.pk, "csrfmiddlewaretoken": token})

    assert stale.status_code == 403
    assert "Nothing was sent" in text(stale)


def test_sockets_that_listen_for_the_arena_end_and_listen_for_the_tower_anew(client, cast, both, at):
    at_the_arena(client, cast)
    stamp, claim = rights.stamp(cast.vera.user), topics.claim_of(cast.vera.partner.pk)
    was = Right(cast.vera.user.pk, claim, client.session.session_key, stamp, True)
    assert rights.lasting([was], at) == {was}

    choose(client, both)

    assert rights.lasting([was], at) == set()
    assert topics.claim_for(cast.vera.user.pk, client.session) == topics.claim_of(cast.corin.partner.pk)


def test_the_new_session_is_hers_and_ends_when_she_has_left(client, cast, both, at):
    sign_in(client, cast.vera)
    choose(client, both)
    assert UserSession.objects.get().session_key == client.session.session_key

    User.objects.filter(pk=cast.vera.user.pk).update(is_active=False)

    assert leavers.sign_out(at=at) == 1
    assert "_auth_user_id" not in client.session
