"""Replies by text message, as Twilio hands them over: what they do, and what is answered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.delivery import fanout, queries
from cityalert.delivery.models import Delivery, Notice, Recipient, Report
from cityalert.sandbox.segments import count
from tests.delivery.hooks import twilio_calls
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db

OURS, SHORT_CODE, STRANGER = "+14165550100", "247247", "+14165550177"


@pytest.fixture
def told(cast, at):
    """Corin has been told by SMS, and so has Noor, who reads French."""
    notice = say(members(cast.corin, cast.noor), at=at)
    fanout.fan_out(notice.pk, at=at)
    Delivery.objects.filter(notice=notice).exclude(channel="dashboard").update(state="sent")
    return notice


def reply(number, body, to=OURS, **more):
    """What Twilio is answered, as the words that go back."""
    answer = twilio_calls(reverse("delivery:twilio_inbound"), From=number, To=to, Body=body, **more)
    assert answer.status_code == 200
    return answer.content.decode().partition("<Message>")[2].partition("</Message>")[0]


# Who says what to which number: a part of the answer. Nothing where Twilio answers by itself.
@pytest.mark.parametrize(
    ("body", "to", "answer"),
    [
        ("STOP", OURS, ""),
        ("STOP", SHORT_CODE, "You get no more texts"),
        ("stop.", OURS, "You get no more texts"),
        ("ARRET", OURS, "Vous ne recevrez plus"),
        ("Arrêt", SHORT_CODE, "Vous ne recevrez plus"),
        ("FIN", OURS, "Vous ne recevrez plus"),
        ("START", OURS, ""),
        ("START", SHORT_CODE, "You get texts"),
        ("DEBUT", OURS, "Vous recevez de nouveau"),
        ("HELP", OURS, "as often as there is danger"),
        ("INFO", SHORT_CODE, "as often as there is danger"),
        ("AIDE", OURS, "aussi souvent"),
        ("hello", OURS, "as often as there is danger"),
        ("ACK", OURS, "no current alert"),
        ("SOS", OURS, "no current alert"),
    ],
)
def test_every_sender_answers_everybody_whether_we_know_them_or_not(db, body, to, answer):
    said = reply(STRANGER, body, to)

    assert bool(said) == bool(answer)
    assert answer in said
    assert count(said) <= 1


def test_what_twilio_has_answered_is_not_answered_again(db):
    assert reply(STRANGER, "HELP", OptOutType="HELP") == ""


def test_replies_to_an_alert(cast, told, at):
    """One conversation: acknowledged, safe, in need of help, words; and what it looks like from the desk."""
    assert "Acknowledged: Fire at Main" in reply(cast.corin.phone, "A7")
    recipient = Recipient.objects.get(notice=told, subscriber=cast.corin.subscriber)
    assert recipient.acknowledged_by == cast.corin.user
    assert queries.reach(told.pk).by_partner[cast.corin.partner.pk].has_answered

    assert "you are safe" in reply(cast.corin.phone, "We are all safe")
    assert "call 911" in reply(cast.corin.phone, "need help, 2 hurt")
    assert "Passed on" in reply(cast.corin.phone, "The smoke is in the lobby")
    recipient.refresh_from_db()
    assert (recipient.response, recipient.response_note) == ("need_help", "need help, 2 hurt")
    kept = Report.objects.filter(recipient=recipient).order_by("pk")
    assert [(one.response, one.words) for one in kept] == [
        ("safe", ""), ("need_help", "need help, 2 hurt"), ("", "The smoke is in the lobby"),
    ]  # fmt: skip
    verbs = ["alert.acknowledged", "alert.responded", "alert.responded", "alert.reported"]
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == verbs

    assert "Incendie, Main et 3e" in reply(cast.noor.phone, "oui")
    Notice.objects.update(expires_at=at - timedelta(minutes=1))
    assert "Aucune alerte" in reply(cast.noor.phone, "SAFE")


def test_stop_is_kept_and_start_takes_it_back(cast, told):
    for stop, start in (("ARRET", "DEBUT"), ("Stop", "yes"), ("fin", "Oui")):
        reply(cast.corin.phone, stop)
        assert cast.corin.contact_point("sms").stopped_at
        reply(cast.corin.phone, start)
        assert cast.corin.contact_point("sms").stopped_at is None

    reply(cast.corin.phone, "please stop the noise")
    assert cast.corin.contact_point("sms").stopped_at is None
    assert list(Entry.objects.values_list("verb", flat=True).distinct().order_by("verb")) == [
        "alert.reported", "contact.resumed", "contact.stopped",
    ]  # fmt: skip


def test_what_is_no_reply_is_refused_and_disturbs_nothing(cast, told):
    url = reverse("delivery:twilio_inbound")

    assert Client().post(url, {"From": cast.corin.phone, "Body": "STOP"}).status_code == 403
    assert twilio_calls(url, From=cast.corin.phone, Body="A" * 10_000_000).status_code == 413
    for number in ("", "nobody", "+0", "247247", "+1416555010a", "'; DROP TABLE"):
        assert reply(number, "STOP") == ""
    assert cast.corin.contact_point("sms").stopped_at is None
    assert not Entry.objects.exists()


def test_a_reply_that_never_ends_is_kept_thirty_times(cast, told):
    recipient = Recipient.objects.get(notice=told, subscriber=cast.corin.subscriber)
    Report.objects.bulk_create(
        Report(notice=told, recipient=recipient, via="sms", said_at=told.posted_at, words="!")
        for _ in range(30)
    )

    assert reply(cast.corin.phone, "and again " * 200) == ""
    assert Report.objects.count() == 30
