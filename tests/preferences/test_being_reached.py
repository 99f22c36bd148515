"""Corin says how alerts reach him: a code shows that a number is his before anything else is sent there."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.audit.models import Entry
from cityalert.delivery import fanout, receipts, sending
from cityalert.delivery.models import Delivery, Notice
from cityalert.lib.phones import dialled
from cityalert.lib.severity import Severity
from cityalert.preferences import actions, codes
from cityalert.subscriptions import actions as subscriptions
from cityalert.subscriptions.models import ContactPoint
from tests.alerts.writing import published
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:reached")
NEW = "+14165550177"


@pytest.fixture
def corin(cast):
    return let_in(Client(), cast.corin)


def point(address=NEW):
    return ContactPoint.objects.get(address=address)


def to(name, one):
    return reverse(f"preferences:{name}", args=[one.pk])


def text_with_code(sandbox, number=NEW):
    sending.send_due("sms")
    return re.search(r"\b\d{6}\b", sandbox.phones[number].expect("code").body)[0]


def written(one):
    """The code in the latest text to it."""
    texts = Notice.objects.filter(topic=f"contact:{one.pk}").latest("posted_at").texts
    return re.search(r"\d{6}", texts["en"]["sms"])[0]


def add(cast, at, address=NEW):
    return actions.add(cast.corin.actor(at), "sms", address, at=at)


def test_a_number_is_used_once_its_code_has_come_back(cast, corin, at, sandbox):
    page = corin.post(PAGE, {"channel": "sms", "address": "(416) 555-0177"}, follow=True).content.decode()
    assert "416-555-0177" in page
    assert "Not used yet" in page
    told = published(cast.avery, at).notice
    fanout.fan_out(told.pk, at=at)
    assert not Delivery.objects.filter(notice=told, address=NEW).exists()

    code = text_with_code(sandbox)
    corin.post(to("verify", point()), {"code": f"{code[:3]} {code[3:]}"})

    told = published(cast.avery, at).notice
    fanout.fan_out(told.pk, at=at)
    assert Delivery.objects.get(notice=told, address=NEW).recipient.subscriber == cast.corin.subscriber
    verbs = Entry.objects.filter(user_id=cast.corin.user.pk, verb__startswith="contact.").order_by("position")
    assert [entry.verb for entry in verbs] == ["contact.added", "contact.verified"]
    assert NEW not in str([entry.facts for entry in verbs])


def test_a_reply_acknowledges_the_alert_and_not_the_code(cast, at, sandbox):
    before = at - timedelta(seconds=5)
    told = published(cast.avery, before).notice
    fanout.fan_out(told.pk, at=before)
    mine = point(cast.corin.phone)
    ContactPoint.objects.filter(pk=mine.pk).update(verified_at=None)
    actions.send_again(cast.corin.actor(at), mine.pk, at=at)
    text_with_code(sandbox, cast.corin.phone)

    assert receipts.last_told(cast.corin.phone, channel="sms", at=at).notice == told


def test_an_address_gets_its_code_by_mail_in_the_persons_language(cast, corin, at):
    cast.corin.subscriber.language = "fr"
    cast.corin.subscriber.save()
    corin.post(PAGE, {"channel": "email", "address": "desk@tower.example"})
    letters.send_due(at=at + timedelta(minutes=1))

    subject = mail.outbox[-1].subject
    assert "votre code" in subject
    corin.post(to("verify", point("desk@tower.example")), {"code": re.search(r"\d{6}", subject)[0]})

    assert point("desk@tower.example").verified_at


def test_a_wrong_code_keeps_what_was_typed_and_five_are_enough(cast, corin, at, sandbox):
    add(cast, at)
    code = text_with_code(sandbox)
    wrong = "000000" if code != "000000" else "000001"

    answer = corin.post(to("verify", point()), {"code": wrong})
    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.content.decode()
    assert "That is not the code" in answer.content.decode()
    for _try in range(codes.TRIES - 1):
        corin.post(to("verify", point()), {"code": wrong})

    assert "does not hold any more" in corin.post(to("verify", point()), {"code": code}).content.decode()
    assert point().verified_at is None


def test_a_code_holds_for_ten_minutes_and_another_comes_after_one(cast, at):
    me, late = cast.corin.actor(at), at + codes.LASTS
    first = written(add(cast, at))
    with pytest.raises(actions.CodeOver):
        actions.verify(me, point().pk, first, at=late)
    with pytest.raises(actions.TooSoon):
        actions.send_again(me, point().pk, at=at + timedelta(seconds=59))

    second = written(actions.send_again(me, point().pk, at=late))

    if first != second:
        with pytest.raises(actions.WrongCode):
            actions.verify(me, point().pk, first, at=late)
    assert actions.verify(me, point().pk, second, at=late).pk == point().pk


@pytest.mark.parametrize(
    ("channel", "address", "says"),
    [
        ("sms", "12", "no telephone in Canada"),
        ("sms", "+44 20 7946 0018", "no telephone in Canada"),
        ("sms", "1-900-555-0123", "no telephone in Canada"),
        ("sms", "1-800-555-0123", "no telephone in Canada"),
        ("email", "corin at tower", "no e-mail address"),
        ("email", "corin@tower.example\nBcc: all@tower.example", "no e-mail address"),
        ("pager", "12345", "no address we can send to"),
        ("", "", "no address we can send to"),
    ],
)
def test_what_cannot_be_reached_is_refused_and_kept_as_typed(corin, channel, address, says):
    before = ContactPoint.objects.count()

    answer = corin.post(PAGE, {"channel": channel, "address": address})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert ContactPoint.objects.count() == before


def test_where_somebody_said_stop_nothing_is_sent_not_even_a_code(cast, at):
    subscriptions.stop("sms", cast.vera.phone, at=at)

    with pytest.raises(actions.SaidStop):
        add(cast, at, cast.vera.phone)


def test_each_way_has_its_own_severity_and_the_last_stays(cast, corin, at):
    for one in (point(cast.corin.phone), point(cast.corin.email)):
        corin.post(to("hear_from", one), {"severity": "4"})
    told = published(cast.avery, at, severity=2).notice
    fanout.fan_out(told.pk, at=at)
    assert not Delivery.objects.filter(notice=told, recipient__subscriber=cast.corin.subscriber).exists()
    for nonsense in ("5", "-1", "", "four", "²"):
        assert corin.post(to("hear_from", point(cast.corin.phone)), {"severity": nonsense}).status_code == 404

    corin.post(to("remove", point(cast.corin.phone)))
    answer = corin.post(to("remove", point(cast.corin.email)))

    assert "the only way you are reached" in answer.content.decode()
    assert [one.address for one in cast.corin.subscriber.contact_points.all()] == [cast.corin.email]


def test_what_does_not_exist_any_more_can_be_taken_away_and_added_anew(cast, corin, at):
    ContactPoint.objects.filter(subscriber=cast.corin.subscriber).update(gone_at=at)
    again = {"channel": "sms", "address": cast.corin.phone}
    assert "Remove it, then add it again" in corin.post(PAGE, again).content.decode()

    corin.post(to("remove", point(cast.corin.phone)))
    corin.post(PAGE, again)

    assert point(cast.corin.phone).verified_at is None


def test_nobody_changes_how_another_is_reached(cast, corin):
    theirs = point(cast.avery.phone)

    for name in ("verify", "send_again", "hear_from", "remove"):
        assert corin.post(to(name, theirs), {"code": "1", "severity": "4"}).status_code == 404

    assert dialled(cast.avery.phone) not in corin.get(PAGE).content.decode()
    theirs.refresh_from_db()
    assert theirs.min_severity != 4


def test_a_number_that_takes_texts_can_be_called_and_a_landline_hears_its_code(cast, corin, at):
    page = corin.post(PAGE, {"channel": "voice", "address": cast.corin.phone}, follow=True)
    called = cast.corin.contact_point("voice")
    assert "It is used from now on" in page.content.decode()
    assert (called.verified_at is not None, called.min_severity) == (True, Severity.SEVERE)

    corin.post(PAGE, {"channel": "voice", "address": "416-555-0199"})
    spoken = Notice.objects.latest("pk").texts["en"]["voice"]
    code = "".join(re.findall(r"\d", spoken.partition("I repeat")[0]))
    landline = point("+14165550199")
    corin.post(to("verify", landline), {"code": code})
    landline.refresh_from_db()
    assert landline.verified_at

    ContactPoint.objects.filter(pk=called.pk).update(stopped_at=at)
    corin.post(PAGE, {"channel": "voice", "address": cast.corin.phone})
    called.refresh_from_db()
    assert called.stopped_at is None
    assert corin.post(PAGE, {"channel": "voice", "address": "1-900-555-0199"}).status_code == 422
