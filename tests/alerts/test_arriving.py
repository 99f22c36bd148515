"""Who comes while an alert holds gets its current version, once; never one that was replaced."""

from datetime import timedelta

from django.contrib.gis.geos import Point

from cityalert.alerts import actions
from cityalert.audit.queries import timeline
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery, Recipient
from cityalert.live.models import FeedEntry
from cityalert.subscriptions.models import Subscriber, WatchArea
from partners.models import Site
from tests.alerts.test_correcting import release, sent
from tests.alerts.writing import public, published
from tests.cast import Cast

MINUTE = timedelta(minutes=1)


def test_a_new_member_and_a_new_site_are_told_once(cast: Cast, at):
    alert = sent(published(cast.avery, at), at)
    assert actions.catch_up(at=at + MINUTE) == 0

    guard = cast.join("gina", cast.corin.partner)
    Site.objects.create(partner=cast.otto.partner, name="Kiosk", location=Point(-79.3815, 43.6487))
    cards = FeedEntry.objects.count()

    # Gina; Otto, and the screens where he works.
    assert actions.catch_up(at=at + 2 * MINUTE) == 3
    assert actions.catch_up(at=at + 3 * MINUTE) == 0

    late = Delivery.objects.filter(notice=alert.notice, recipient__subscriber=guard.subscriber)
    assert set(late.values_list("channel", "state")) == {("sms", "queued"), ("email", "queued")}
    assert FeedEntry.objects.count() == cards + 1
    entry = timeline(alert).last()
    assert (entry.verb, entry.facts["recipients"]) == ("alert.told_late", 3)


def test_nobody_is_told_what_was_replaced_or_is_over(cast: Cast, at):
    first = sent(published(cast.avery, at), at)
    update = release(cast.avery, actions.start_update(cast.avery.actor(at), first, at=at), at)
    fanout.fan_out(update.notice_id, at=at)
    guard = cast.join("gina", cast.corin.partner)

    assert actions.catch_up(at=at + MINUTE) == 1
    assert Recipient.objects.get(subscriber=guard.subscriber).notice == update.notice

    cancel = release(cast.avery, actions.start_cancel(cast.avery.actor(at), update, at=at), at)
    fanout.fan_out(cancel.notice_id, at=at)
    cast.join("hugo", cast.corin.partner)
    assert actions.catch_up(at=at + 2 * MINUTE) == 0


def test_a_resident_who_subscribes_hears_what_the_public_hears(cast: Cast, at):
    alert = sent(public(cast.avery, cast.sam, at), at)
    newcomer = Subscriber.objects.create()
    WatchArea.objects.create(subscriber=newcomer, area=Point(-79.3815, 43.6487))

    assert actions.catch_up(at=at + MINUTE) == 1
    assert alert.notice.recipients.filter(kind="resident", subscriber=newcomer).exists()
    assert actions.catch_up(at=alert.expires_at) == 0
