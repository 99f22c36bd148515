"""Corin sleeps: what comes at night waits until morning, unless it is grave, or he is on duty."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.delivery import claiming, fanout, receipts, sweep
from cityalert.delivery.invariants import INVARIANTS
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery
from cityalert.duty.models import Hours
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber
from tests.alerts.writing import published
from tests.delivery.say import members, say
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:when")
# In Toronto it is 23:30 and, quiet hours being over, 07:00 the next morning.
NIGHT, MORNING = datetime(2026, 7, 15, 3, 30, tzinfo=UTC), datetime(2026, 7, 15, 11, 0, tzinfo=UTC)
LONG = NIGHT + timedelta(days=1)


def sleep(person, **more):
    quiet = {"quiet_from": time(22), "quiet_until": time(7), "wakes_from": Severity.SEVERE, **more}
    Subscriber.objects.filter(pk=person.subscriber.pk).update(**quiet)


def told(*people, at=NIGHT, severity=Severity.MODERATE, **more):
    notice = say(members(*people), at=at, severity=severity, expires_at=more.pop("expires_at", LONG), **more)
    fanout.fan_out(notice.pk, at=at)
    return notice


def to(person, notice, channel="sms"):
    return Delivery.objects.get(notice=notice, recipient__subscriber=person.subscriber, channel=channel)


def ends(moment, begins, until, zone="America/Toronto"):
    with connection.cursor() as cursor:
        cursor.execute("SELECT quiet_until(%s, %s, %s, %s)", [moment, begins, until, zone])
        return cursor.fetchone()[0]


def utc(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "quiet", "until"),
    [
        (utc(7, 15, 1, 59), (22, 7), None),  # 21:59
        (utc(7, 15, 2), (22, 7), utc(7, 15, 11)),
        (utc(7, 15, 10, 59), (22, 7), utc(7, 15, 11)),
        (utc(7, 15, 11), (22, 7), None),
        (utc(7, 15, 17), (12, 14), utc(7, 15, 18)),  # a nap at one o'clock
        (utc(7, 15, 18), (12, 14), None),
        # In the night to 8 March the clocks go from 02:00 to 03:00, in that to 1 November from 02:00 back to 01:00.
        (utc(3, 8, 4), (22, 7), utc(3, 8, 11)),  # one hour less
        (utc(3, 8, 6, 59), (22, 2), utc(3, 8, 7)),  # 02:00 is 03:00
        (utc(11, 1, 3), (22, 7), utc(11, 1, 12)),  # one hour more
        (
            utc(11, 1, 5, 10),
            (22, 1),
            utc(11, 1, 6),
        ),  # 01:10 for the first time: it ends once, with the second 01:00
        (utc(11, 1, 6, 10), (22, 1), None),
    ],
)
def test_a_night_ends_once_also_when_the_clocks_change(db, moment, quiet, until):
    assert ends(moment, time(quiet[0]), time(quiet[1])) == until


def test_what_comes_at_night_waits_until_morning_and_what_is_grave_does_not(cast):
    sleep(cast.corin)
    sleep(cast.rosa, zone="America/Vancouver")  # there it is 20:30
    noor, vera = cast.noor, cast.vera

    minor, grave = told(cast.corin, cast.vera), told(cast.corin, severity=Severity.SEVERE)

    waits = to(cast.corin, minor)
    assert (waits.state, waits.next_at, waits.reason) == (State.QUEUED, MORNING, "quiet hours")
    assert to(cast.corin, minor, "email").next_at == MORNING
    assert to(vera, minor).next_at == NIGHT
    assert to(cast.corin, grave).next_at == NIGHT
    addresses = {one.address for one in claiming.claim("sms", at=MORNING - timedelta(seconds=1))}
    assert addresses == {vera.phone, cast.corin.phone}  # his own is the grave one
    claiming.claim("email", at=MORNING - timedelta(seconds=1))
    assert to(cast.corin, minor).tries == 0
    assert noor.phone not in addresses
    for one in INVARIANTS:
        if one.name in {"moves_on", "nothing_stranded", "wakes_up", "everybody_has_a_way"}:
            assert one.broken(at=MORNING - timedelta(seconds=1)) == [], one.name
    assert [one.address for one in claiming.claim("sms", at=MORNING)] == [cast.corin.phone]


def test_what_ends_before_morning_is_not_sent_and_says_why(cast):
    sleep(cast.corin)
    notice = told(cast.corin, expires_at=NIGHT + timedelta(hours=2))

    sweep.end_expired(at=NIGHT + timedelta(hours=2))

    over = to(cast.corin, notice)
    assert (over.state, over.reason) == (State.EXPIRED, "quiet hours")


def test_an_update_takes_the_place_of_what_waits_and_an_answer_ends_it(cast):
    sleep(cast.corin)
    first = told(cast.corin)
    second = told(cast.corin, at=NIGHT + timedelta(hours=1), follows=[first])
    assert to(cast.corin, first).state == State.SUPERSEDED
    assert to(cast.corin, second).next_at == MORNING

    own = receipts.recipients_of([second.pk], partner_id=cast.corin.partner.pk, user_id=cast.corin.user.pk)
    receipts.acknowledge(
        own, actor=None, user_id=cast.corin.user.pk, at=NIGHT + timedelta(hours=2), via="push"
    )

    assert to(cast.corin, second).state == State.STOPPED
    assert claiming.claim("sms", at=MORNING) == []


def test_a_correction_of_what_was_heard_waits_only_where_it_can_still_be_told(cast):
    evening = NIGHT - timedelta(hours=3)
    sleep(cast.corin)
    quiet, woken, brief = (
        told(cast.corin, at=evening),
        told(cast.corin, severity=Severity.EXTREME),
        told(cast.corin, at=evening),
    )
    Delivery.objects.exclude(channel="dashboard").update(state=State.SENT)

    later = told(follows=[quiet])
    over = told(follows=[woken], severity=Severity.MINOR)
    short = told(follows=[brief], expires_at=NIGHT + timedelta(hours=1))

    assert to(cast.corin, later).next_at == MORNING
    assert to(cast.corin, over).next_at == NIGHT  # it had woken him
    assert to(cast.corin, short).next_at == NIGHT  # in the morning nothing would be left of it


def test_whoever_is_on_duty_has_no_quiet_hours(cast):
    sleep(cast.corin)
    Hours.objects.bulk_create(
        Hours(partner=cast.corin.partner, membership=cast.corin.membership, begins=day * 1440, minutes=1440)
        for day in range(7)
    )

    assert to(cast.corin, told(cast.corin)).next_at == NIGHT


def test_a_deputy_who_is_called_at_night_sleeps_until_morning(cast):
    dana = cast.join("dana", cast.corin.partner, call_order=2)
    sleep(dana)
    notice = told(cast.corin, dana, deputies_at=NIGHT + timedelta(minutes=5))
    assert to(dana, notice).state == State.WAITING

    sweep.escalation.escalate_due(at=NIGHT + timedelta(minutes=5))

    called = to(dana, notice)
    assert (called.state, called.next_at, called.reason) == (State.QUEUED, MORNING, "quiet hours")


def test_corin_says_when_he_sleeps_and_the_author_reads_until_when_it_waits(cast, at):
    corin = let_in(Client(), cast.corin)
    typed = {"quiet_from": "22:00", "quiet_until": "", "wakes_from": "3", "zone": "", "language": "fr"}
    refused = corin.post(PAGE, typed)
    assert refused.status_code == 422
    assert 'value="22:00"' in refused.content.decode()
    assert "both, from when and until when" in refused.content.decode()
    assert "quiet all day" in corin.post(PAGE, {**typed, "quiet_until": "22:00"}).content.decode()

    corin.post(PAGE, {**typed, "quiet_until": "07:00"})

    one = Subscriber.objects.get(pk=cast.corin.subscriber.pk)
    assert (one.quiet_from, one.quiet_until, one.language) == (time(22), time(7), "fr")
    assert Entry.objects.get(verb="reach.changed").facts == {
        "what": ["language", "quiet_from", "quiet_until"]
    }
    # Whatever the hour of this test: quiet until the minute before, and then no more.
    alert = published(cast.avery, at, severity=2)
    fanout.fan_out(alert.notice_id, at=at)
    mine = Delivery.objects.filter(notice=alert.notice_id, recipient__subscriber=one)
    mine.update(next_at=at + timedelta(hours=1), reason="quiet hours")
    reach = let_in(Client(), cast.avery).get(reverse("alerts:reach", args=[alert.pk])).content.decode()
    assert "Waits until" in reach

    corin.post(PAGE, {**typed, "quiet_from": ""})

    assert not mine.filter(next_at__gt=at + timedelta(minutes=1)).exists()


def test_a_night_is_whole_and_by_a_clock_that_exists(cast):
    for wrong in ({"quiet_until": None}, {"quiet_until": time(22)}, {"zone": "Mars/Base"}, {"wakes_from": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            sleep(cast.corin, **wrong)
