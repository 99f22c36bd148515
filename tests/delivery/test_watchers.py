"""Whose open pages blink when somebody answers. Vera and Corin were both told; neither may learn that the other was."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.live import hints
from cityalert.live.sockets import Crowd, Right, Socket
from partners.topics import claim_of
from tests.alerts.writing import published
from tests.door import let_in

pytestmark = pytest.mark.django_db


def page_of(person, alert):
    right = Right(person.user.pk, claim_of(person.partner.pk), "session", "stamp")
    return Socket(None, right, "en", frozenset({f"alert:{alert.pk}"}), None)


@pytest.mark.parametrize(
    ("act", "said"),
    [("acknowledge", {}), ("respond", {"response": "need_help"}), ("seen", {})],
)
def test_that_corin_answered_is_heard_by_the_sender_and_his_own_and_nobody_else(
    cast, at, django_capture_on_commit_callbacks, act, said
):
    alert = published(cast.avery, at)
    dana = cast.join("dana", cast.corin.partner)
    crowd, told = Crowd(), list[str]()
    for person in (cast.avery, cast.corin, cast.vera, dana):
        crowd.add(page_of(person, alert))
    corin = let_in(Client(), cast.corin)
    where = reverse("alerts:seen") if act == "seen" else reverse(f"alerts:{act}", args=[alert.pk])

    hints.listen(told.extend)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            answer = corin.post(where, said | {"id": alert.pk})
    finally:
        hints.ignore(told.extend)

    assert answer.status_code < 400
    blinking = {page.right.user_id for hint in told for page in crowd.watching(hint.topic, hint.only)}
    assert blinking == {cast.avery.user.pk, cast.corin.user.pk, dana.user.pk}
