"""Being told of what one has not read: who is named at once, everybody after a while, once until they look."""

from datetime import timedelta

import pytest

from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery, Notice, Recipient
from cityalert.messaging import actions, telling
from cityalert.subscriptions.models import Subscriber
from tests.messaging.talking import says, talk

pytestmark = pytest.mark.django_db

SOON = telling.PATIENCE + timedelta(seconds=1)


@pytest.fixture
def doors(cast, at):
    return talk(cast.avery, cast.corin, at=at)


def told():
    return sorted(Recipient.objects.values_list("subscriber__user__name", flat=True))


def test_who_has_not_looked_is_told_once_of_all_that_gathered(cast, at, doors):
    for n in range(3):
        says(cast.avery, doors, f"No. {n}", at=at)
    assert telling.tell_due(at=at) == 0  # they may be before the page

    assert telling.tell_due(at=at + SOON) == 1
    assert told() == ["Corin Walsh", "Sam Okafor"]
    texts = Notice.objects.get().texts["en"]
    assert "3 new messages in “Doors on Bay St”" in texts["subject"]
    assert "No. 2" in texts["text"]
    assert texts["text"].startswith("TLP:AMBER")
    says(cast.avery, doors, "More", at=at + SOON)
    assert telling.tell_due(at=at + 2 * SOON) == 0  # nobody has looked since
    actions.mark_read(cast.corin.actor(at), doors, 4, at=at + 2 * SOON)
    says(cast.avery, doors, "And more", at=at + 2 * SOON)
    assert telling.tell_due(at=at + 3 * SOON) == 1
    assert told().count("Corin Walsh") == 2
    assert telling.tell_due(at=at + 3 * SOON) == 0


def test_who_has_read_who_wrote_it_and_who_wants_peace_are_not_told(cast, at, doors):
    says(cast.avery, doors, "Look", at=at)
    actions.mark_read(cast.corin.actor(at), doors, 1, at=at)
    actions.mute(cast.sam.actor(at), doors, True)

    assert telling.tell_due(at=at + SOON) == 0
    assert told() == []


def test_who_is_named_is_told_at_once_even_if_they_want_peace(cast, at, doors):
    actions.mute(cast.corin.actor(at), doors, True)
    says(cast.avery, doors, "Please look, @Corin Walsh", at=at)

    assert told() == ["Corin Walsh"]
    assert "You are named" in Notice.objects.get().texts["en"]["subject"]
    actions.edit(cast.avery.actor(at), doors, 1, "Please look now, @Corin Walsh", at=at)
    assert told() == ["Corin Walsh"]


def test_of_what_is_red_no_message_says_a_word(cast, at):
    named = talk(cast.avery, cast.corin, at=at, named=True, tlp="RED", subject="The porter")
    says(cast.avery, named, "@Corin Walsh, the porter is the source", at=at)
    says(cast.avery, named, "The porter again", at=at)
    telling.tell_due(at=at + SOON)

    for notice in Notice.objects.all():
        assert "porter" not in str(notice.texts)
        assert "TLP:RED" in notice.texts["en"]["sms"]
        assert "/conversations/" in notice.texts["en"]["sms"]


def test_quiet_hours_are_kept(cast, at, doors):
    here = at.astimezone()
    begins, ends = here - timedelta(hours=1), here + timedelta(hours=3)
    Subscriber.objects.filter(user=cast.corin.user).update(quiet_from=begins.time(), quiet_until=ends.time())
    says(cast.avery, doors, "@Corin Walsh", at=at)
    notice = Notice.objects.get()
    fanout.fan_out(notice.pk, at=at)

    ways = Delivery.objects.filter(notice=notice)
    assert ways.exists()
    assert set(ways.values_list("reason", flat=True)) == {"quiet hours"}
    assert all(one.next_at > at for one in ways)
