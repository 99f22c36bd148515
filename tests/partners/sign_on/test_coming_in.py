"""Coming in through one's organisation: whom its provider may name, and who stays outside."""

from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from django.urls import reverse

from cityalert.accounts.models import User
from cityalert.audit.models import Entry
from partners import actions
from partners.identity import Domain
from partners.models import Membership, Partner
from partners.roles import Role
from tests.cast import PASSWORD
from tests.door import sign_in
from tests.partners.sign_on.visit import change, is_in, show_who, text

pytestmark = pytest.mark.django_db
FIND = reverse("sign_on:find")


def test_the_domain_decides_and_the_provider_says_who_it_is(client, cast, arena):
    found = client.post(FIND, {"email": "Vera@Arena.example"})
    assert found["Location"] == reverse("sign_on:start", args=[arena.pk])
    page = text(client.get(found["Location"]))
    assert "Lakeside Arena" in page
    assert "localhost" in page

    answer = show_who(client, arena, "vera")

    assert answer["Location"] == "/"
    assert client.get("/").wsgi_request.actor.partner == arena
    signed_in = Entry.objects.get(verb="session.signed_in")
    assert (signed_in.user_id, signed_in.facts) == (cast.vera.user.pk, {"by": ["socialaccount"]})


def test_our_own_second_factor_is_still_asked_for(client, cast, arena, at):
    from cityalert.accounts import demo

    demo.enrol(cast.vera.user)
    actions.change_role(None, cast.vera.membership, Role.ADMINISTRATOR, at=at)

    answer = show_who(client, arena, "vera")

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_role_that_needs_one_is_led_to_setting_it_up(client, cast, arena, at):
    actions.change_role(None, cast.vera.membership, Role.ADMINISTRATOR, at=at)

    show_who(client, arena, "vera")

    assert client.get("/alerts/")["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(
    ("sub", "said"),
    [
        ("lena", "not a member yet"),
        ("unverified", "no verified e-mail address"),
        ("unsaid", "no verified e-mail address"),
        ("elsewhere", "does not decide for"),
        ("pretender", "does not decide for"),
        ("nameless", "no verified e-mail address"),
    ],
)
def test_whom_the_provider_may_not_name_stays_outside(client, arena, sub, said):
    answer = show_who(client, arena, sub)

    assert answer.status_code == 403
    assert said in text(answer)
    assert not is_in(client)
    assert not User.objects.filter(email="lena@arena.example").exists()


def take_the_confirmation_back(cast, at):
    Domain.objects.update(confirmed_at=None)


def suspend(cast, at):
    actions.suspend(None, cast.vera.membership, at=at)


def close_the_account(cast, at):
    User.objects.filter(pk=cast.vera.user.pk).update(is_active=False)


@pytest.mark.parametrize("end", [take_the_confirmation_back, suspend, close_the_account])
def test_what_ended_here_does_not_come_back_from_there(client, cast, arena, at, end):
    change(arena, default_role="operator")
    end(cast, at)

    assert show_who(client, arena, "vera").status_code == 403
    assert not is_in(client)


def test_a_suspended_partners_provider_is_not_there(client, arena):
    Partner.objects.filter(pk=arena.pk).update(is_active=False)

    for page in ("start", "go", "callback"):
        assert client.get(reverse(f"sign_on:{page}", args=[arena.pk])).status_code == 404
    assert client.post(FIND, {"email": "vera@arena.example"}).status_code == 422


def test_a_default_role_lets_in_whoever_the_provider_knows(client, arena):
    change(arena, default_role="viewer")

    assert show_who(client, arena, "lena")["Location"] == "/"

    lena = User.objects.get(email="lena@arena.example")
    assert (lena.name, lena.has_usable_password()) == ("Lena", False)
    assert Membership.objects.get(user=lena).role == Role.VIEWER


def test_a_password_is_refused_where_the_organisations_sign_in_is_required(client, cast, arena):
    change(arena, is_required=True)

    wrong = client.post(reverse("account_login"), {"login": cast.vera.email, "password": "wrong wrong wrong"})
    right = sign_in(client, cast.vera)

    assert "do not go together" in text(wrong)
    assert right["Location"] == reverse("sign_on:start", args=[arena.pk])
    assert not is_in(client)
    assert show_who(client, arena, "vera")["Location"] == "/"
    assert is_in(client)


def test_an_owners_password_always_works(client, cast, arena):
    change(arena, is_required=True)
    User.objects.filter(pk=cast.olga.user.pk).update(email="olga@arena.example")

    client.post(reverse("account_login"), {"login": "olga@arena.example", "password": PASSWORD})

    assert is_in(client)


def test_a_domain_nobody_confirmed_decides_nothing(client, cast, arena):
    change(arena, is_required=True)
    Domain.objects.update(confirmed_at=None)

    assert client.post(FIND, {"email": "vera@arena.example"}).status_code == 422
    sign_in(client, cast.vera)
    assert is_in(client)


def test_an_answer_nobody_asked_for_is_refused(client, arena):
    callback = reverse("sign_on:callback", args=[arena.pk])

    for query in ("", "?code=x&state=forged", "?error=access_denied", "?error=server_error&state=x"):
        answer = client.get(callback + query)
        assert answer.status_code == 403
        assert "was not finished" in text(answer)
    assert not is_in(client)


def test_an_answer_made_for_another_browser_is_refused(client, arena):
    gone = client.get(reverse("sign_on:go", args=[arena.pk]))
    back = requests.post(gone["Location"], data={"sub": "vera"}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    victim = Client()

    assert victim.get(f"{parts.path}?{parts.query}").status_code == 403
    assert not is_in(victim)
