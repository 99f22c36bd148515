"""Fifteen minutes before the end somebody is asked; and nothing lasts longer than its kind may."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.alerts.readiness import NotReady
from cityalert.alerts.vocabulary import LONGEST, longest_of
from cityalert.audit.queries import timeline
from cityalert.delivery.models import Notice
from tests.alerts.writing import draft, public, published
from tests.cast import Cast
from tests.door import let_in

HOUR = timedelta(hours=1)


def test_the_author_is_asked_once_fifteen_minutes_before(cast: Cast, at):
    alert = published(cast.avery, at - HOUR, expires_at=at + timedelta(minutes=16))
    brief = published(cast.avery, at, expires_at=at + timedelta(minutes=10))

    assert actions.ask_about_ends(at=at) == 0
    assert actions.ask_about_ends(at=at + timedelta(minutes=1)) == 1
    assert actions.ask_about_ends(at=at + timedelta(minutes=2)) == 0

    asked = Notice.objects.get(key=f"end:{alert.pk}")
    assert [one.subscriber for one in asked.recipients.all()] == [cast.avery.subscriber]
    assert f"/alerts/{alert.pk}/end/" in asked.texts["fr"]["sms"]
    assert not Notice.objects.filter(key=f"end:{brief.pk}").exists()


def test_one_press_extends_it_for_everyone_who_heard_it(cast: Cast, at):
    alert = published(cast.avery, at - HOUR, expires_at=at + timedelta(minutes=5))
    client, page = let_in(Client(), cast.avery), reverse("alerts:end", args=[alert.pk])
    assert page in client.get(reverse("alerts:detail", args=[alert.pk])).content.decode()

    client.post(page, {"key": "one", "minutes": "60"})

    update = Alert.objects.get(series=alert.series, msg_type="Update")
    assert (update.state, update.expires_at) == ("published", at + timedelta(minutes=5) + HOUR)
    alert.refresh_from_db()
    assert alert.state == "updated"
    assert let_in(Client(), cast.otto).get(page).status_code == 404


def test_what_the_public_hears_is_extended_by_two(cast: Cast, at):
    alert = public(cast.avery, cast.sam, at - HOUR, expires_at=at + timedelta(minutes=5))

    update = actions.extend(cast.avery.actor(at), alert, 30, key="one", at=at)

    assert update.state == "pending"
    assert actions.approve(cast.sam.actor(at), update, at=at).state == "published"


def test_whoever_lets_it_lapse_is_not_asked(cast: Cast, at):
    alert = published(cast.avery, at - HOUR, expires_at=at + timedelta(minutes=10))
    let_in(Client(), cast.sam).post(reverse("alerts:end", args=[alert.pk]), {"lapse": "1"})

    assert actions.ask_about_ends(at=at) == 0
    assert timeline(alert).last().verb == "alert.lapses"


def test_what_is_acute_lasts_a_day_and_a_closed_road_a_week(cast: Cast, at):
    two_days = at + timedelta(days=2)
    draft(cast.avery, at, event="roadClose", expires_at=two_days)

    with pytest.raises(NotReady, match="1 day"):
        draft(cast.avery, at, event="dangerPerson", expires_at=two_days)
    assert longest_of("roadClose") == LONGEST == timedelta(days=7)
