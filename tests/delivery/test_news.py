"""Call-backs by the hundred: taken in together, whatever their order, and answered when they are written down."""

import asyncio
from urllib.parse import urlencode

import pytest
from django.conf import settings as product
from django.db import OperationalError
from django.urls import reverse
from twilio.request_validator import RequestValidator

from cityalert.delivery import claiming, fanout, news, outcomes, recording
from cityalert.delivery.intake import Intake
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery, Receipt
from cityalert.delivery.news import News
from cityalert.delivery.twilio import MOST_BYTES
from tests.delivery.say import members, say


def of(attempt_id, word, provider_id="SM1", reason=""):
    states = {"sent": State.SENT, "failed": State.FAILED, "delivered": State.DELIVERED, "odd": None}
    return News("twilio", attempt_id, provider_id, word, states[word], reason)


@pytest.mark.django_db
def test_a_batch_ends_as_one_by_one_would(cast, at):
    people = [cast.corin, cast.vera, cast.noor, cast.bao]
    fanout.fan_out(say(members(*people), at=at).pk, at=at)
    tried = {message.address: message for message in claiming.claim("sms", at=at)}
    corin, vera, noor, bao = (tried[person.phone] for person in people)
    # Vera's answer came, Noor's is a later try, and the others' answers are overtaken.
    recording.record([outcomes.Result(vera, Attempt.Outcome.ACCEPTED, State.SENT, "SM2")], at=at)
    Delivery.objects.filter(pk=noor.delivery_id).update(tries=2)

    moved = news.take_in(
        [
            of(corin.attempt_id, "delivered"), of(corin.attempt_id, "sent"), of(corin.attempt_id, "delivered"),
            of(vera.attempt_id, "failed", "SM9"), of(vera.attempt_id, "failed", "SM2", "spam"),
            of(noor.attempt_id, "failed", "SM3"), of(bao.attempt_id, "odd", "SM4"), of(10**9, "delivered"),
        ],
        at=at,
    )  # fmt: skip

    def state(message):
        return Delivery.objects.get(pk=message.delivery_id).state

    assert moved == 2
    assert [state(one) for one in (corin, vera, noor, bao)] == ["delivered", "failed", "sending", "sending"]
    assert Delivery.objects.get(pk=vera.delivery_id).reason == "spam"
    assert Attempt.objects.get(pk=corin.attempt_id).outcome == Attempt.Outcome.ACCEPTED
    assert Attempt.objects.get(pk=bao.attempt_id).outcome == Attempt.Outcome.OPEN
    assert Receipt.objects.count() == 5
    assert news.take_in([of(corin.attempt_id, "delivered"), of(vera.attempt_id, "sent", "SM2")], at=at) == 0


class Provider:
    """Posts to an intake as a server would, behind which nothing is."""

    def __init__(self, write):
        async def elsewhere(scope, receive, send):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        self.intake = Intake(elsewhere, write)

    async def posts(self, attempt_id, word="delivered", *, body=None, signature=None, method="POST"):
        path = reverse("delivery:twilio_status", args=[attempt_id])
        form = {"MessageSid": f"SM{attempt_id}\0", "MessageStatus": word}
        own = RequestValidator(product.TWILIO_AUTH_TOKEN).compute_signature(product.PUBLIC_URL + path, form)
        headers = [(b"x-twilio-signature", (signature or own).encode())]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        said = []

        async def receive():
            return {"type": "http.request", "body": urlencode(form).encode() if body is None else body}

        async def send(message):
            said.append(message)

        await self.intake(scope, receive, send)
        return said[0]["status"]


def test_what_comes_together_is_written_together_before_any_is_answered():
    written: list[list[str]] = []
    answered: list[int] = []

    async def write(batch):
        assert not answered
        await asyncio.sleep(0.01)
        written.append([one.provider_id for one in batch])

    async def run():
        provider = Provider(write)

        async def one(number):
            answered.append(await provider.posts(number))

        await asyncio.gather(*map(one, range(20)))

    asyncio.run(run())

    assert answered == [204] * 20
    assert written == [[f"SM{number}" for number in range(20)]]


def test_what_cannot_be_written_is_not_answered_as_if_it_were():
    async def write(batch):
        raise OperationalError

    assert asyncio.run(Provider(write).posts(7)) == 503


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"signature": "bm9wZQ=="}, 403),
        ({"word": "delivered", "body": b"MessageStatus=failed"}, 403),
        ({"body": b"x" * (MOST_BYTES + 1)}, 413),
        ({"method": "GET"}, 404),
    ],
)
def test_who_is_not_twilio_is_not_heard(more, status):
    async def write(batch):
        raise AssertionError

    assert asyncio.run(Provider(write).posts(7, **more)) == status
