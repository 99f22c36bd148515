"""Two providers of texts: the one that fails rests, the other takes over, and comes back when it works again."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.delivery import claiming, failover, fanout, gateway, outcomes, reconcile, recording, sending
from cityalert.delivery.failover import Plan
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery, Provider
from cityalert.sandbox.behaviour import Fault
from cityalert.sandbox.webhooks import through_client
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db

BOTH = ("twilio", "gateway")


def went(good, bad, at, name="twilio"):
    failover.note([(name, True)] * good + [(name, False)] * bad, at=at)


def test_leaving_is_quick_and_coming_back_is_slow(db, at):
    def later(seconds):
        return at + timedelta(seconds=seconds)

    assert failover.plan(BOTH, at=at) == Plan("twilio")
    went(4, 3, at)
    assert failover.plan(BOTH, at=at) == Plan("twilio")  # too few to say
    went(0, 4, at)
    assert failover.plan(BOTH, at=later(1)) == Plan("gateway")

    assert failover.plan(BOTH, at=later(31)) == Plan("gateway", "twilio")
    assert failover.plan(BOTH, at=later(31)) == Plan("gateway")  # one worker tries
    went(3, 0, later(32))
    went(2, 1, later(62))  # and once more it fails: from the beginning
    for seconds in (92, 122, 152):
        assert failover.plan(BOTH, at=later(seconds)).main == "gateway"
        went(3, 0, later(seconds + 1))
    assert failover.plan(BOTH, at=later(154)) == Plan("twilio")


def test_a_few_failures_among_many_and_old_ones_are_no_reason(db, at):
    went(20, 7, at)
    went(0, 7, at + timedelta(seconds=61))

    assert failover.plan(BOTH, at=at + timedelta(seconds=62)) == Plan("twilio")


@pytest.fixture
def two(sandbox, settings):
    settings.SMS_GATEWAY_URL = f"{sandbox.url}/gateway"
    settings.SMS_GATEWAY_TOKEN = settings.SMS_GATEWAY_SECRET = "gateway"
    return sandbox


def test_the_gateway_takes_over_and_every_attempt_says_whose_it_was(cast, two, at):
    notice = say(members(*cast), at=at)
    fanout.fan_out(notice.pk, at=at)
    two.twilio.behave(Fault.ERROR, code=20429)
    texts = Delivery.objects.filter(notice=notice, channel="sms")

    with two.webhooks.through(through_client(Client())):
        sending.send_due("sms")
        assert set(texts.values_list("state", flat=True)) == {State.QUEUED}
        texts.update(next_at=at)
        assert sending.send_due("sms") == texts.count()
        two.webhooks.flush()

    assert set(texts.values_list("state", flat=True)) == {State.DELIVERED}
    two.phones[cast.corin.phone].expect("Fire at Main")
    two.phones[cast.corin.phone].expect_nothing()
    tried = set(Attempt.objects.filter(delivery__in=texts).values_list("number", "provider", "outcome"))
    assert tried == {(1, "twilio", "failed"), (2, "gateway", "accepted")}


def test_what_a_provider_may_have_is_asked_of_that_provider(cast, two, at):
    fanout.fan_out(say(members(cast.corin), at=at).pk, at=at)
    Provider.objects.create(name="twilio", since=at, rests_since=at, try_at=at + timedelta(hours=1))
    (message,) = claiming.claim("sms", at=at)
    assert message.provider == "gateway"
    _, answer = two.gateway.take(
        {"to": message.address, "text": message.text("sms"), "reference": str(message.attempt_id)}
    )
    recording.record([outcomes.unknown(message, "no answer")], at=at)
    Provider.objects.all().delete()  # Twilio is back

    reconcile.reconcile("sms", at=at + timedelta(seconds=30))

    delivery = Delivery.objects.get(pk=message.delivery_id)
    assert (delivery.state, delivery.provider_id) == (State.SENT, answer["id"])


def test_only_the_gateway_speaks_for_the_gateway(cast, two, at):
    fanout.fan_out(say(members(cast.corin), at=at).pk, at=at)
    (message,) = claiming.claim("sms", at=at)
    url = reverse("delivery:gateway_status", args=[message.attempt_id])
    body = json.dumps({"id": "G1", "status": "delivered"}).encode()

    def calls(body=body, *, age=0, secret="gateway", to=url):
        signature = gateway.sign(body, int(at.timestamp()) - age, secret)
        headers = {"X-Gateway-Signature": signature}
        return Client().post(to, body, content_type="application/json", headers=headers)

    assert calls(secret="guessed").status_code == 403
    assert calls(age=400).status_code == 403
    assert calls(b"[]").status_code == 403
    assert calls(b"x" * 70_000).status_code == 403
    assert Delivery.objects.get(pk=message.delivery_id).state == State.SENDING
    assert calls().status_code == 204
    assert Delivery.objects.get(pk=message.delivery_id).state == State.DELIVERED

    inbound = reverse("delivery:gateway_inbound")
    stop = calls(json.dumps({"from": cast.corin.phone, "text": "STOP"}).encode(), to=inbound)
    assert "no more texts" in stop.json()["reply"]
    assert cast.corin.contact_point("sms").stopped_at
