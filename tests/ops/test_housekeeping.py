"""What has ended is gone the next night; what is going on, and where the feed stands, stays."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache

from cityalert import celery_app
from cityalert.accounts.models import CacheEntry
from cityalert.live import feed
from cityalert.live.models import FeedEntry, FeedListener
from cityalert.ops import housekeeping
from cityalert.ops.tasks import tidy
from partners import grants
from partners.models import PartnerUserPermission

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def card(at, *, lasts=HOUR):
    return feed.append({"en": {}}, ["partner:a", "partner:b"], at=at, expires_at=at + lasts)


def shown():
    positions = set(FeedEntry.objects.values_list("position", flat=True))
    assert set(FeedListener.objects.values_list("position", flat=True)) == positions
    return positions


def session(user, *, begun_at, key):
    Session.objects.create(session_key=key, session_data="", expire_date=begun_at + timedelta(hours=12))
    browser(user, begun_at=begun_at, key=key)


def browser(user, *, begun_at, key):
    row = UserSession.objects.create(user=user, ip="192.0.2.1", user_agent="", session_key=key)
    UserSession.objects.filter(pk=row.pk).update(created_at=begun_at)


def keys(model):
    return set(model.objects.values_list("session_key", flat=True))


def test_sessions_that_are_over_and_where_they_came_from(cast, at):
    session(cast.vera.user, begun_at=at - 13 * HOUR, key="over")
    session(cast.vera.user, begun_at=at - 11 * HOUR, key="going on")
    browser(cast.vera.user, begun_at=at - 2 * HOUR, key="signed out")
    browser(cast.vera.user, begun_at=at, key="signing in")

    for _ in range(2):
        housekeeping.tidy(at=at)

        assert keys(Session) == {"going on"}
        assert keys(UserSession) == {"going on", "signing in"}


def test_cards_a_day_after_they_expired(db, at):
    old, young, lasting, last = card(at), card(at + HOUR), card(at, lasts=3 * DAY), card(at)

    for moment, left in [
        (at + HOUR + DAY - timedelta(seconds=1), {old, young, lasting, last}),
        (at + HOUR + DAY, {young, lasting, last}),
        (at + HOUR + DAY, {young, lasting, last}),
        (at + 2 * HOUR + DAY, {lasting, last}),
        (at + 30 * DAY, {last}),
    ]:
        feed.forget(at=moment)
        assert shown() == left


def test_a_feed_that_forgot_everything_knows_where_it_stands(db, at):
    card(at)
    last = card(at)

    feed.forget(at=at + 30 * DAY)

    assert feed.position() == last
    assert feed.read(last, at=at) == []
    assert card(at + 30 * DAY) > last


def test_what_was_granted_to_members_whose_time_is_over(cast, at):
    cast.bao.membership.valid_until = at
    cast.bao.membership.save(update_fields=["valid_until"])
    granted = PartnerUserPermission.objects.filter(user=cast.bao.user)
    of_others = PartnerUserPermission.objects.exclude(user=cast.bao.user).count()
    grants.forget(at=at - timedelta(seconds=1))
    assert granted.exists()

    housekeeping.tidy(at=at)

    assert not granted.exists()
    assert PartnerUserPermission.objects.count() == of_others


def test_counters_that_expired(db, at):
    cache.set("short", 1, timeout=60)
    cache.set("long", 2, timeout=3 * 3600)

    housekeeping.tidy(at=at + HOUR)

    assert CacheEntry.objects.count() == 1
    assert cache.get("long") == 2


def test_the_task_does_it_now(db, at, time_machine):
    cache.set("short", 1, timeout=60)
    time_machine.move_to(at + HOUR)

    tidy()

    assert not CacheEntry.objects.exists()


def test_beat_asks_for_it_at_ten_past_four_by_the_citys_clock(settings, time_machine):
    entry = celery_app.conf.beat_schedule["housekeeping"]
    in_the_city = partial(datetime, 2026, 7, tzinfo=ZoneInfo(settings.TIME_ZONE))

    assert entry["task"] == tidy.name
    for moment, is_due in [(in_the_city(15, 4, 9), False), (in_the_city(15, 4, 11), True)]:
        time_machine.move_to(moment)
        assert entry["schedule"].is_due(in_the_city(14, 4, 10)).is_due is is_due
