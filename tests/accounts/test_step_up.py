"""Step-up: publishing asks for a second factor of the last minutes."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.middleware import AccountMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory

from cityalert.accounts import step_up
from cityalert.audit.models import Entry
from cityalert.audit.verbs import Verb
from tests.cast import Cast, Person
from tests.door import code_of, let_in


@pytest.fixture
def publish(client: Client, cast: Cast, rf: RequestFactory):
    """Press a button that asks for step-up, as a signed-in Avery; gives the session's second factor time."""

    def press(code: str | None = None, *, at: datetime | None = None, who: Person = cast.avery):
        request = rf.post("/", {"code": code or ""})
        request.session, request.user = client.session, who.user

        def view(request) -> HttpResponse:
            step_up.require(request, code=code, at=at or datetime.now(UTC))
            return HttpResponse()

        AccountMiddleware(view)(request)
        request.session.save()
        return step_up.second_factor_at(request)

    return press


def minutes_ago(minutes: float) -> float:
    return time.time() - 60 * minutes


def test_a_fresh_second_factor_suffices(client: Client, cast: Cast, publish):
    let_in(client, cast.avery, second_factor_at=minutes_ago(9))

    publish()


def test_a_stale_one_does_not(client: Client, cast: Cast, publish):
    let_in(client, cast.avery, second_factor_at=minutes_ago(10))

    with pytest.raises(step_up.StepUpRequired) as refusal:
        publish()
    assert refusal.value.detail["passkey_url"] == "/accounts/2fa/webauthn/reauthenticate/"


def test_a_session_without_any_does_not(client: Client, cast: Cast, publish):
    client.force_login(cast.avery.user)

    with pytest.raises(step_up.StepUpRequired):
        publish()


def test_the_code_typed_beside_the_button_renews_it(client: Client, cast: Cast, publish):
    let_in(client, cast.avery, second_factor_at=minutes_ago(60))

    shown_at = publish(code_of(cast.avery))

    assert datetime.now(UTC) - shown_at < timedelta(seconds=10)
    publish()  # fresh now


@pytest.mark.parametrize("code", ["000000", "12", "abcdef", "'; DROP TABLE", "\uff19" * 6, "0" * 5000])
def test_a_wrong_code_is_refused_and_recorded(client: Client, cast: Cast, publish, code):
    let_in(client, cast.avery, second_factor_at=minutes_ago(60))

    with pytest.raises(step_up.WrongCode):
        publish(code)
    assert Entry.objects.get().verb == Verb.SECOND_FACTOR_FAILED


def test_somebody_elses_code_is_refused(client: Client, cast: Cast, publish):
    let_in(client, cast.avery, second_factor_at=minutes_ago(60))

    with pytest.raises(step_up.WrongCode):
        publish(code_of(cast.sam))


def test_a_code_is_not_taken_twice(client: Client, cast: Cast, publish):
    code = code_of(cast.avery)
    let_in(client, cast.avery, second_factor_at=minutes_ago(60))
    publish(code)
    let_in(client, cast.avery, second_factor_at=minutes_ago(60))

    with pytest.raises(step_up.WrongCode):
        publish(code)


def test_guessing_ends_after_five(client: Client, cast: Cast, publish):
    let_in(client, cast.avery, second_factor_at=minutes_ago(60))
    for _ in range(5):
        with pytest.raises(step_up.WrongCode):
            publish("000000")

    with pytest.raises(step_up.TooManyCodes):
        publish(code_of(cast.avery))


def test_whoever_is_not_signed_in_has_shown_nothing(rf: RequestFactory, client: Client, db):
    request = rf.get("/")
    request.session, request.user = client.session, AnonymousUser()

    assert step_up.second_factor_at(request) is None
