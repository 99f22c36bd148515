"""Telephone calls: a phone rings, the words are heard, keys answer; who is not there is called again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.delivery import claiming, fanout, outbox, sending
from cityalert.delivery.calls import TRIES
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Recipient
from cityalert.sandbox.webhooks import through_client
from cityalert.subscriptions.models import ContactPoint
from tests.cast import JOINED_AT
from tests.delivery.hooks import twilio_calls
from tests.delivery.say import WORDS, members, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def callable_(cast, sandbox, settings):
    """Corin and Noor can be called; two calls a second at most."""
    settings.DELIVERY_PER_SECOND = {"voice": 100}
    for person in (cast.corin, cast.noor):
        ContactPoint.objects.create(
            subscriber=person.subscriber, channel="voice", address=person.phone, verified_at=JOINED_AT
        )
    with sandbox.webhooks.through(through_client(Client())):
        yield


@pytest.fixture
def told(cast, callable_, at, monkeypatch):
    monkeypatch.setitem(WORDS["en"], "voice", "Fire at Main & 3rd. Stay <away>.")
    monkeypatch.setitem(WORDS["fr"], "voice", "Incendie, Main et 3e.")
    notice = say(members(cast.corin, cast.noor), at=at)
    fanout.fan_out(notice.pk, at=at)
    sending.send_due("voice")
    return notice


def call_of(notice, person):
    return Delivery.objects.get(notice=notice, channel="voice", recipient__subscriber=person.subscriber)


def test_a_call_is_heard_in_ones_language_and_answered_by_keys(cast, told, sandbox):
    call = sandbox.calls.answer(sandbox.calls.expect(cast.corin.phone))
    assert call.heard[:2] == ["Fire at Main & 3rd. Stay <away>."] * 2
    assert "press 1" in call.heard[2]

    heard = len(sandbox.calls.press(call, "2").heard)
    assert call.heard[heard - 2].startswith("If you have it") or call.says("Fire at Main")
    sandbox.calls.press(call, "1")
    sandbox.calls.end(call)

    assert call.says("Acknowledged")
    recipient = Recipient.objects.get(notice=told, subscriber=cast.corin.subscriber)
    assert recipient.acknowledged_by == cast.corin.user
    assert call_of(told, cast.corin).state == State.ACKNOWLEDGED
    assert set(recipient.deliveries.exclude(channel="voice").values_list("state", flat=True)) == {
        State.STOPPED
    }

    french = sandbox.calls.answer(sandbox.calls.expect(cast.noor.phone))
    assert french.heard[0] == "Incendie, Main et 3e."
    sandbox.calls.press(french, "9")
    assert cast.noor.contact_point("voice").stopped_at
    assert cast.noor.contact_point("sms").stopped_at is None


def test_a_resident_who_presses_nine_is_forgotten_as_by_a_text(cast, told, sandbox):
    """One way to stop: what the past keeps of the number goes, too."""
    Recipient.objects.filter(notice=told, subscriber=cast.noor.subscriber).update(
        kind="resident", partner=None
    )
    call = sandbox.calls.answer(sandbox.calls.expect(cast.noor.phone))

    sandbox.calls.press(call, "9")

    kept = Delivery.objects.get(notice=told, channel="voice", recipient__subscriber=cast.noor.subscriber)
    assert kept.address == f"gone:{kept.pk}"
    assert call_of(told, cast.corin).address == cast.corin.phone


def test_who_does_not_pick_up_is_called_again_within_limits(cast, told, sandbox, at):
    for number, how in enumerate(["busy", "no-answer", "no-answer"], start=1):
        sandbox.calls.end(sandbox.calls.expect(cast.corin.phone), how)
        delivery = call_of(told, cast.corin)
        assert delivery.tries == number
        if number < TRIES:
            assert (delivery.state, delivery.provider_id) == (State.QUEUED, "")
            Delivery.objects.filter(pk=delivery.pk).update(next_at=at)
            sending.send_due("voice")

    assert (delivery.state, delivery.reason) == (State.FAILED, "nobody answered")
    assert [one.outcome for one in delivery.attempts.order_by("number")] == ["failed"] * 3


def test_words_left_on_a_machine_are_corrected_there(cast, told, sandbox, at):
    sandbox.calls.end(sandbox.calls.expect(cast.corin.phone), "machine")
    assert call_of(told, cast.corin).state == State.QUEUED

    cancel = say(members(), at=at, follows=[told])
    fanout.fan_out(cancel.pk, at=at)

    assert call_of(told, cast.corin).state == State.SUPERSEDED
    assert call_of(cancel, cast.corin).state == State.QUEUED
    outbox.supersede([cancel.pk], at=at)


def test_a_forged_key_and_a_strangers_call_do_nothing(cast, told):
    attempt = call_of(told, cast.corin).attempts.get()
    url = reverse("delivery:twilio_keys", args=[attempt.pk])

    assert Client().post(url, {"CallSid": attempt.provider_id, "Digits": "1"}).status_code == 403
    assert "Hangup" in twilio_calls(url, CallSid="CAother", Digits="1").content.decode()
    nowhere = reverse("delivery:twilio_keys", args=[10**9])
    assert "Hangup" in twilio_calls(nowhere, CallSid="CA1", Digits="9").content.decode()
    assert not Recipient.objects.exclude(acknowledged_at=None).exists()


def test_calls_begin_at_the_pace_of_the_sender(cast, callable_, at, settings):
    settings.DELIVERY_PER_SECOND = {"voice": 1}
    fanout.fan_out(say(members(cast.corin, cast.noor), at=at).pk, at=at)

    begun = [len(claiming.claim("voice", at=at + timedelta(seconds=s))) for s in (0, 0.5, 0.9, 1)]

    assert begun == [1, 0, 0, 1]
