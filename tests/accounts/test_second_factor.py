"""Whoever's role needs a second factor gets nowhere without one."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from cityalert.accounts import second_factor
from cityalert.audit.models import Entry
from cityalert.audit.verbs import Verb
from partners import topics
from tests.cast import Cast
from tests.door import let_in, sign_in


def without_factor(person):
    Authenticator.objects.filter(user=person.user).delete()


def test_a_publisher_without_one_is_sent_to_set_it_up(client: Client, cast: Cast):
    without_factor(cast.avery)
    sign_in(client, cast.avery)

    answer = client.get("/", follow=True)

    assert answer.request["PATH_INFO"] == reverse("mfa_index")
    assert "Your role needs a second factor" in answer.content.decode()


@pytest.mark.django_db(transaction=True)  # what allauth says on commit counts
def test_setting_one_up_lets_them_go_on(client: Client, cast: Cast):
    without_factor(cast.avery)
    sign_in(client, cast.avery)
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()

    client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})

    assert second_factor.used_at(client.session)
    assert not client.get("/").get("Location", "").startswith("/accounts/")
    verbs = Entry.objects.filter(user_id=cast.avery.user.pk).values_list("verb", flat=True)
    assert Verb.SECOND_FACTOR_ADDED in verbs


def current_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_session_that_has_not_seen_the_factor_is_asked_for_it(client: Client, cast: Cast):
    client.force_login(cast.avery.user)

    answer = client.get("/")

    assert answer["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2F"


def test_fragments_and_programs_are_refused(client: Client, cast: Cast):
    client.force_login(cast.avery.user)

    fragment = client.get("/", headers={"hx-request": "true"})
    program = client.get("/", headers={"accept": "application/json"})

    assert fragment.status_code == 403
    assert "HX-Trigger" in fragment
    assert program.status_code == 403
    assert program.json()["code"] == "second_factor_needed"


def test_the_live_socket_asks_for_it_too(client: Client, cast: Cast):
    client.force_login(cast.avery.user)
    assert topics.claim_for(cast.avery.user.pk, client.session) is None

    let_in(client, cast.avery)
    assert topics.claim_for(cast.avery.user.pk, client.session) is not None


def test_an_operator_needs_none(client: Client, cast: Cast):
    client.force_login(cast.corin.user)

    assert "/accounts/" not in client.get("/").get("Location", "")


def test_administration_pages_need_one_whatever_the_role(client: Client, cast: Cast):
    cast.pim.user.is_staff = True
    cast.pim.user.save()
    client.force_login(cast.pim.user)

    assert client.get("/admin/")["Location"] == reverse("mfa_index")


def test_removing_the_last_one_ends_the_other_sessions(client: Client, cast: Cast):
    elsewhere = let_in(Client(), cast.avery)
    UserSession.objects.create(
        user=cast.avery.user, ip="203.0.113.9", session_key=elsewhere.session.session_key
    )
    let_in(client, cast.avery)

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=cast.avery.user).exists()
    assert client.get("/")["Location"] == reverse("mfa_index")
    assert elsewhere.get("/")["Location"] == reverse("account_login")
