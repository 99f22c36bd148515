"""Corin goes on holiday: a colleague hears his alerts in his place, knows in whose, and he is back by himself."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cityalert.audit.models import Entry
from cityalert.delivery import claiming, fanout, sending
from cityalert.delivery.models import Recipient
from cityalert.duty import queries as duty
from cityalert.duty.models import Hours
from cityalert.subscriptions import away
from cityalert.subscriptions.models import Absence, WatchArea
from partners.roles import Role
from tests.alerts.writing import published
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:away")
DAY = timedelta(days=1)


def told(alert):
    people = Recipient.objects.filter(notice=alert.notice_id, kind="member")
    return {one.subscriber.user.name: one.because for one in people.select_related("subscriber__user")}


def typed(begins, ends, colleague=None):
    moments = {"begins_at": begins, "ends_at": ends}
    said = {key: f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" for key, moment in moments.items()}
    return {**said, "stand_in": colleague.membership.pk if colleague else ""}


def test_a_colleague_hears_it_in_his_place_and_he_is_back_by_himself(cast, at):
    dana = cast.join("dana", cast.corin.partner, call_order=2)
    corin = let_in(Client(), cast.corin)
    Hours.objects.bulk_create(
        Hours(partner=cast.corin.partner, membership=cast.corin.membership, begins=day * 1440, minutes=1440)
        for day in range(7)
    )
    assert "go to Dana" in corin.post(PAGE, typed(at - DAY, at + DAY, dana), follow=True).content.decode()
    alert = published(cast.avery, at)
    said = told(alert)
    drill = told(published(cast.avery, at, status="Exercise", exercise_note="Monthly"))

    assert said["Dana"] == "stand_in:Corin Walsh"
    assert "Corin Walsh" not in said
    assert said["Vera Kovács"] == "partner:Lakeside Arena"
    assert "Corin Walsh" in drill
    assert duty.people_on_duty([cast.corin.partner.pk], at) == []
    fanout.fan_out(alert.notice_id, at=at)
    message = next(one for one in claiming.claim("sms", at=at) if one.address == dana.phone)
    assert message.text("sms").startswith("For Corin Walsh: ")
    assert "stand in for Corin Walsh" in message.why
    page = Client().get(urlsplit(message.link).path).content.decode()
    assert "stand in for Corin Walsh" in page

    back = told(published(cast.avery, at + 2 * DAY))
    assert back["Corin Walsh"] == "partner:King Bay Tower"
    corin.post(reverse("preferences:back"))
    assert "Corin Walsh" in told(published(cast.avery, at))
    verbs = Entry.objects.filter(verb__startswith="member.", user_id=cast.corin.user.pk).order_by("position")
    assert [one.verb for one in verbs] == ["member.away", "member.back"]


def test_nobody_hears_it_where_nobody_stands_in_and_he_does_where_the_stand_in_is_gone(cast, at):
    dana = cast.join("dana", cast.corin.partner)
    me = cast.corin.actor(at)

    away.leave(me, at, at + DAY, None, at=at)
    assert "Corin Walsh" not in told(published(cast.avery, at))

    away.leave(me, at, at + DAY, dana.membership.pk, at=at)
    away.leave(dana.actor(at), at, at + DAY, None, at=at)
    assert told(published(cast.avery, at))["Corin Walsh"] == "partner:King Bay Tower"


def test_everybody_reads_why_on_the_page_of_the_alert_and_in_the_mail(cast, at, sandbox):
    WatchArea.objects.create(
        subscriber=cast.otto.subscriber, label="Home", area=cast.corin.site.location.buffer(0.001)
    )
    alert = published(cast.avery, at)
    assert told(alert)["Otto Brandt"] == "area:Home"

    page = let_in(Client(), cast.corin).get(reverse("alerts:detail", args=[alert.pk])).content.decode()
    assert "because King Bay Tower has a site in the area" in page
    fanout.fan_out(alert.notice_id, at=at)
    sending.send_due("email")
    assert (
        "place that you watch: Home" in sandbox.mailboxes[cast.otto.email].expect("You get this because").text
    )
    # What was frozen stays so, whatever changes afterwards.
    cast.corin.site.delete()
    page = let_in(Client(), cast.corin).get(reverse("alerts:detail", args=[alert.pk])).content.decode()
    assert "because King Bay Tower has a site in the area" in page


def test_only_a_colleague_of_the_rank_stands_in_and_only_for_a_time(cast, at):
    cast.join("dana", cast.corin.partner, call_order=2)
    viewer = cast.join("vic", cast.corin.partner, Role.VIEWER)
    corin = let_in(Client(), cast.corin)
    page = corin.get(PAGE).content.decode()
    assert "Dana" in page
    assert "Vic" not in page  # may do less
    assert corin.post(PAGE, typed(at - DAY, at + DAY, viewer)).status_code == 422
    assert corin.post(PAGE, typed(at - DAY, at + DAY, cast.vera)).status_code == 422  # somebody else's
    backwards = corin.post(PAGE, typed(at + DAY, at - DAY))
    assert "still to come" in backwards.content.decode()
    assert not Absence.objects.exists()
