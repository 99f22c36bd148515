"""Mail by a provider's API: handed over through Anymail, and what the provider says of it afterwards."""

import json
from base64 import b64encode

import pytest
import requests
from anymail.exceptions import AnymailRequestsAPIError
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.delivery import fanout, sending
from cityalert.delivery.channels import mail_api
from cityalert.delivery.channels.base import ChannelError, OutcomeUnknown
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery
from tests.delivery.say import members, say


@pytest.fixture
def provider(settings):
    settings.MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}


def tells(record, *, secret="us:secret", **more):
    """One of Postmark's web hooks."""
    headers = {"Authorization": "Basic " + b64encode(secret.encode()).decode()}
    body = json.dumps({"RecordType": record, **more})
    return (
        Client()
        .post(reverse("delivery:mail_events"), body, content_type="application/json", headers=headers)
        .status_code
    )


@pytest.mark.django_db
def test_mail_goes_to_the_provider_and_its_news_come_back(cast, provider, at):
    notice = say(members(cast.corin, cast.vera, cast.noor), at=at)
    fanout.fan_out(notice.pk, at=at)
    assert sending.send_due("email") == 3

    mails = {one.to[0]: one for one in mail.outbox}
    attempts = {
        one.delivery.address: one
        for one in Attempt.objects.filter(provider="postmark").select_related("delivery")
    }
    assert mails.keys() == attempts.keys()
    sent = mails[cast.corin.email]
    assert "/a/" in sent.body
    assert sent.anymail_test_params["metadata"] == {"attempt": str(attempts[cast.corin.email].pk)}

    def about(person):
        attempt = attempts[person.email]
        return {
            "MessageID": attempt.provider_id, "Recipient": person.email, "Email": person.email,
            "Metadata": {"attempt": str(attempt.pk)},
        }  # fmt: skip

    def state(person):
        return Delivery.objects.get(notice=notice, channel="email", address=person.email).state

    assert tells("Delivery", secret="us:guessed", **about(cast.corin)) == 403
    assert tells("Delivery", **{**about(cast.corin), "MessageID": "another"}) == 200
    assert tells("Delivery", Metadata={"attempt": "nothing"}) == 200
    assert state(cast.corin) == State.SENT

    assert tells("Delivery", **about(cast.corin)) == 200
    assert tells("Bounce", Type="HardBounce", ID=1, **about(cast.vera)) == 200
    assert tells("SpamComplaint", Type="SpamComplaint", ID=2, **about(cast.noor)) == 200
    assert [state(one) for one in (cast.corin, cast.vera, cast.noor)] == [
        State.DELIVERED, State.FAILED, State.SENT,
    ]  # fmt: skip
    assert cast.vera.contact_point("email").gone_at
    assert cast.noor.contact_point("email").stopped_at
    assert cast.corin.contact_point("email").stopped_at is cast.corin.contact_point("email").gone_at is None


@pytest.mark.parametrize(
    ("error", "means", "is_permanent"),
    [
        (AnymailRequestsAPIError(status_code=422), ChannelError, True),
        (AnymailRequestsAPIError(status_code=401), ChannelError, False),
        (AnymailRequestsAPIError(status_code=429), ChannelError, False),
        (AnymailRequestsAPIError(status_code=503), OutcomeUnknown, None),
    ],
)
def test_what_a_providers_refusal_means(error, means, is_permanent):
    failed = mail_api._failed(error)

    assert isinstance(failed, means)
    assert getattr(failed, "permanent", None) == is_permanent


def test_only_what_never_had_a_connection_was_certainly_not_taken():
    never, late = AnymailRequestsAPIError(), AnymailRequestsAPIError()
    never.__cause__, late.__cause__ = requests.ConnectTimeout(), requests.ReadTimeout()

    assert isinstance(mail_api._failed(never), ChannelError)
    assert isinstance(mail_api._failed(late), OutcomeUnknown)
