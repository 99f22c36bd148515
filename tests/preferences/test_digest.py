"""Corin has minor alerts gathered into one mail a day: each once, as it stands by then."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.delivery import claiming, digest, fanout
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Notice
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber
from tests.delivery.say import WORDS, members, say
from tests.door import let_in

pytestmark = pytest.mark.django_db

NOON, SIX = datetime(2026, 7, 15, 16, tzinfo=UTC), datetime(2026, 7, 15, 22, tzinfo=UTC)


@pytest.fixture
def cast(cast):
    Subscriber.objects.filter(pk__in=[cast.corin.subscriber.pk, cast.noor.subscriber.pk]).update(
        digest_at=time(18)
    )
    return cast


def told(monkeypatch, name, *people, at=NOON, severity=Severity.MINOR, lasts=24, **more):
    words = {
        lang: {**said, "subject": f"{name} {lang}", "read": f"https://city.example/{name}/"}
        for lang, said in WORDS.items()
    }
    monkeypatch.setattr("tests.delivery.say.WORDS", words)
    notice = say(members(*people), at=at, severity=severity, expires_at=at + timedelta(hours=lasts), **more)
    fanout.fan_out(notice.pk, at=at)
    return notice


def ways(person, notice):
    rows = Delivery.objects.filter(notice=notice, recipient__subscriber=person.subscriber)
    return {(one.channel, one.state) for one in rows}


def test_minor_ones_come_gathered_once_a_day_each_as_it_stands(cast, monkeypatch):
    both, vera = (cast.corin, cast.noor), cast.vera
    water = told(monkeypatch, "water", *both, vera)
    road = told(monkeypatch, "road", *both)
    brief = told(monkeypatch, "brief", *both, lasts=1)
    fire = told(monkeypatch, "fire", *both, severity=Severity.MODERATE)
    newer = told(monkeypatch, "newer", *both, at=NOON + timedelta(hours=1), follows=[road])

    assert ways(vera, water) == {("sms", State.QUEUED), ("email", State.QUEUED)}
    assert ways(cast.corin, water) == {("digest", State.QUEUED)}
    assert ways(cast.corin, fire) == {("sms", State.QUEUED), ("email", State.QUEUED)}
    assert ways(cast.corin, road) == {("digest", State.SUPERSEDED)}
    Delivery.objects.filter(notice=brief).update(state=State.EXPIRED)
    claiming.claim("sms", at=NOON)
    claiming.claim("email", at=NOON)

    assert digest.send_due(at=SIX - timedelta(seconds=1)) == 0
    assert digest.send_due(at=SIX) == 2
    assert digest.send_due(at=SIX + timedelta(minutes=1)) == 0

    assert Notice.objects.filter(key__startswith="digest").count() == 1  # the same for both, written once
    said = {one.address: one.texts for one in claiming.claim("email", at=SIX)}
    assert set(said) == {cast.corin.email, cast.noor.email}
    text = said[cast.corin.email]["text"]
    assert text.count("https://city.example/water/") == text.count("https://city.example/newer/") == 1
    assert not {"road", "brief", "fire"} & set(text.replace("/", " ").split())
    assert "2 minor alerts" in said[cast.corin.email]["subject"]
    assert "2 alertes mineures" in said[cast.noor.email]["subject"]
    assert ways(cast.corin, water) == ways(cast.corin, newer) == {("digest", State.SENT)}
    assert claiming.claim("sms", at=SIX) == []


def test_without_an_address_each_comes_by_itself_and_the_form_says_so(cast, at, monkeypatch):
    cast.corin.contact_point("email").delete()

    assert ways(cast.corin, told(monkeypatch, "water", cast.corin)) == {("sms", State.QUEUED)}

    typed = {
        "quiet_from": "",
        "quiet_until": "",
        "wakes_from": "3",
        "zone": "",
        "language": "en",
        "digest_at": "17:30",
    }
    answer = let_in(Client(), cast.corin).post(reverse("preferences:when"), typed)
    assert answer.status_code == 422
    assert "needs an e-mail address" in answer.content.decode()
    assert 'value="17:30"' in answer.content.decode()
