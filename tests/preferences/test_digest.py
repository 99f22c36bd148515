"""Corin has minor alerts gathered into one mail a day: each once, as it stands by then."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.delivery import claiming, digest, fanout, queries, reasons, sweep, ungathered
from cityalert.delivery.invariants import INVARIANTS
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


def test_a_correction_of_what_was_read_comes_at_once_and_by_mail_alone(cast, monkeypatch):
    water = told(monkeypatch, "water", cast.corin, cast.noor, lasts=10)
    cast.noor.subscriber.contact_points.filter(channel="email").update(stopped_at=NOON)
    digest.send_due(at=SIX)
    Delivery.objects.filter(channel="email", state=State.QUEUED).update(state=State.SENT, next_at=None)
    later = SIX + timedelta(hours=1)

    over = told(monkeypatch, "over", cast.corin, cast.noor, at=later, lasts=3, follows=[water])

    assert ways(cast.corin, over) == {("email", State.QUEUED)}
    assert ways(cast.noor, over) == {("email", State.OPTED_OUT), ("sms", State.QUEUED)}
    assert [one.address for one in claiming.claim("email", at=later)] == [cast.corin.email]
    asked = next(one for one in INVARIANTS if one.name == "corrections_reach")
    assert asked.broken(at=later + timedelta(minutes=2)) == []
    Delivery.objects.filter(notice=over, recipient__subscriber=cast.corin.subscriber).delete()
    assert len(asked.broken(at=later + timedelta(minutes=2))) == 1


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


def gathered(monkeypatch, cast, *, lasts=24):
    """Corin's mail of the day is written; what was in it."""
    water = told(monkeypatch, "water", cast.corin, lasts=lasts)
    brief = told(monkeypatch, "brief", cast.corin, lasts=7)
    digest.send_due(at=SIX)
    (mail,) = Delivery.objects.filter(notice__key__startswith="digest")
    return water, brief, mail


def broken(at):
    (asked,) = [one for one in INVARIANTS if one.name == "day_is_told"]
    return asked.broken(at=at)


def test_what_was_in_a_mail_that_failed_is_told_by_whatever_else_works(cast, monkeypatch):
    water, brief, mail = gathered(monkeypatch, cast)
    assert ungathered.tell(at=SIX) == 0
    later = SIX + timedelta(hours=2)
    Delivery.objects.filter(pk=mail.pk).update(state=State.FAILED, state_at=SIX, reason="bounced")
    assert len(broken(later)) == 2

    assert ungathered.tell(at=later) == 1
    assert ungathered.tell(at=later) == 0

    assert broken(later) == []
    assert ways(cast.corin, water) == {("digest", State.FAILED), ("sms", State.QUEUED)}
    assert ways(cast.corin, brief) == {("digest", State.FAILED)}  # it is over, and counts as not reached
    assert Delivery.objects.get(notice=water, channel="sms").next_at == later
    assert queries.reach(brief.pk).total.failed == 1
    reason = Delivery.objects.get(notice=brief, channel="digest").reason
    assert reasons.words(reason) == "the mail of the day did not come: the mail came back"
    assert reasons.advice(reason) == reasons.Advice.MEND


def test_a_mail_that_no_server_took_in_time_has_failed_too_and_quiet_hours_hold(cast, monkeypatch):
    water, _brief, _mail = gathered(monkeypatch, cast, lasts=48)
    Subscriber.objects.filter(pk=cast.corin.subscriber.pk).update(quiet_from=time(5), quiet_until=time(9))
    sweep.run(at=SIX + digest.LASTS, name="sweep", hand_over=lambda *_: None)  # 06:00

    text = Delivery.objects.get(notice=water, channel="sms")
    assert (text.state, text.reason) == (State.QUEUED, "quiet hours")
    assert text.next_at == SIX + digest.LASTS + timedelta(hours=3)
    assert "no mail server took it" in reasons.words(
        Delivery.objects.get(notice=water, channel="digest").reason
    )


def test_whoever_has_answered_or_hears_a_newer_version_is_not_told_again(cast, monkeypatch):
    water, _brief, mail = gathered(monkeypatch, cast)
    newer = told(monkeypatch, "newer", at=SIX, follows=[water])
    Delivery.objects.filter(pk=mail.pk).update(state=State.FAILED, state_at=SIX, reason="bounced")

    assert ungathered.tell(at=SIX + timedelta(hours=1)) == 0
    assert ways(cast.corin, newer) == {("email", State.QUEUED)}
