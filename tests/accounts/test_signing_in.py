"""Signing in: two steps for whoever needs them, throttled, recorded; no sign-up."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cityalert.accounts.models import CacheEntry
from cityalert.audit.models import Entry
from cityalert.audit.verbs import Verb
from tests.cast import Cast
from tests.door import code_of, sign_in

LOGIN = "/accounts/login/"


def test_whoever_has_no_account_finds_the_way_to_apply_and_what_everybody_may_read(client: Client, db):
    door = client.get(LOGIN).content.decode()
    assert f'href="{reverse("joining:apply")}"' in door
    assert f'href="{reverse("public:choose")}"' in door

    everybodys = client.get(reverse("public:current", args=["fr"])).content.decode()
    assert f'<a href="{reverse("joining:apply")}">Demander à entrer dans le réseau</a>' in everybodys


def verbs_of(person) -> list[str]:
    return list(Entry.objects.filter(user_id=person.user.pk).values_list("verb", flat=True))


def test_a_publisher_signs_in_with_password_and_code(client: Client, cast: Cast):
    first = client.post(LOGIN, {"login": cast.avery.email, "password": "toronto-everybody-2026"})
    assert first["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session  # the password alone opens nothing

    second = client.post(first["Location"], {"code": code_of(cast.avery)})

    assert second.status_code == 302
    assert client.session["_auth_user_id"] == str(cast.avery.user.pk)
    assert verbs_of(cast.avery) == [Verb.SIGNED_IN]
    assert Entry.objects.get().facts == {"by": ["password", "mfa"]}


def test_the_code_is_asked_for_every_time(client: Client, cast: Cast):
    sign_in(client, cast.avery)
    client.post(reverse("account_logout"))

    again = client.post(LOGIN, {"login": cast.avery.email, "password": "toronto-everybody-2026"})

    assert again["Location"] == reverse("mfa_authenticate")
    assert verbs_of(cast.avery) == [Verb.SIGNED_IN, Verb.SIGNED_OUT]


def test_an_operator_needs_the_password_only(client: Client, cast: Cast):
    sign_in(client, cast.corin)

    assert client.session["_auth_user_id"] == str(cast.corin.user.pk)


def test_a_wrong_code_is_refused_and_recorded(client: Client, cast: Cast):
    answer = sign_in(client, cast.avery, code="000000")

    assert answer.status_code == 200
    assert "That code is wrong" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert verbs_of(cast.avery) == [Verb.SECOND_FACTOR_FAILED]


def test_a_code_works_once_even_while_it_is_still_shown(client: Client, cast: Cast):
    code = code_of(cast.avery)
    sign_in(client, cast.avery, code=code)

    elsewhere = Client()
    answer = sign_in(elsewhere, cast.avery, code=code)

    assert answer.status_code == 200
    assert "_auth_user_id" not in elsewhere.session


def test_the_code_of_a_slow_clock_works_but_not_an_old_one(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    slow, old, now = Client(), Client(), time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # a slow machine is no slow clock

    sign_in(old, cast.avery, code=code_of(cast.avery, now - 90))
    sign_in(slow, cast.avery, code=code_of(cast.avery, now - 30))

    assert "_auth_user_id" not in old.session
    assert "_auth_user_id" in slow.session


def test_guessing_passwords_is_throttled_for_that_account_and_place(client: Client, cast: Cast):
    for _ in range(5):
        wrong = sign_in(client, cast.corin, password="a wrong password")
        assert "do not go together" in wrong.content.decode()

    sixth = sign_in(client, cast.corin)

    assert "Too many attempts" in sixth.content.decode()
    assert "_auth_user_id" not in client.session
    assert CacheEntry.objects.exists()  # counted where all processes see it


def test_the_owner_still_gets_in_from_elsewhere_while_somebody_guesses(client: Client, cast: Cast):
    for _ in range(6):
        sign_in(client, cast.corin, password="a wrong password")

    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    sign_in(elsewhere, cast.corin)

    assert "_auth_user_id" in elsewhere.session


def test_guessing_codes_is_throttled(client: Client, cast: Cast):
    for _ in range(5):
        sign_in(client, cast.avery, code="000000")

    right = sign_in(client, cast.avery)

    assert "Too many attempts" in right.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("password", ["a wrong password", "toronto-everybody-2026"])
def test_a_stranger_is_told_no_more_than_a_member_with_a_wrong_password(client: Client, cast: Cast, password):
    nobody = client.post(LOGIN, {"login": "nobody@cityalert.example", "password": password})

    assert "do not go together" in nobody.content.decode()


def test_what_was_typed_is_kept(client: Client, cast: Cast):
    wrong = sign_in(client, cast.corin, password="a wrong password")

    assert f'value="{cast.corin.email}"' in wrong.content.decode()


def test_nobody_signs_up(client: Client, cast: Cast):
    assert client.get("/accounts/signup/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert "sign up" not in client.get(LOGIN).content.decode().lower()


def test_a_closed_account_does_not_open(client: Client, cast: Cast):
    cast.corin.user.is_active = False
    cast.corin.user.save()

    sign_in(client, cast.corin)

    assert "_auth_user_id" not in client.session


def test_the_administration_has_no_door_of_its_own(client: Client, cast: Cast):
    answer = client.get("/admin/", follow=True)

    assert answer.request["PATH_INFO"] == LOGIN


def test_secrets_are_not_readable_in_the_database(cast: Cast):
    from cityalert.accounts import demo

    stored = Authenticator.objects.get(user=cast.avery.user).data["secret"]

    assert demo.totp_secret(cast.avery.email) not in stored


@pytest.mark.parametrize(
    "credential", ["", "not json", "[]", "1", "null", '{"id": 1}', '{"response": {"userHandle": "%%"}}']
)
def test_a_broken_passkey_is_refused_and_no_fault(client: Client, cast: Cast, credential):
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})

    assert answer.status_code in {200, 302}
    assert "_auth_user_id" not in client.session
