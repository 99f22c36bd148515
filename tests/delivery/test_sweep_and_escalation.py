"""Whatever was left behind is found again; deputies are called where nobody answered."""

from datetime import timedelta

import pytest

from cityalert.audit.models import Entry
from cityalert.delivery import escalation, fanout, receipts, sweep
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Notice
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(at):
    """A moment ten minutes ago: what the sweep finds due then, a sender finds due now."""
    return at - timedelta(minutes=10)


@pytest.fixture
def minutes(at):
    return lambda n: at + timedelta(minutes=n)


@pytest.fixture
def world(cast, at, minutes):
    """Corin and Vera are told, each with a deputy; after five minutes deputies are called up."""
    cast.dana = cast.join("dana", cast.corin.partner, call_order=2)
    cast.emil = cast.join("emil", cast.vera.partner, call_order=2)
    cast.notice = say(members(cast.corin, cast.vera, cast.dana, cast.emil), at=at, deputies_at=minutes(5))
    fanout.fan_out(cast.notice.pk, at=at)
    return cast


def states(person):
    return set(
        Delivery.objects.filter(recipient__subscriber=person.subscriber).values_list("state", flat=True)
    )


def test_deputies_wait(world):
    assert states(world.dana) == {State.WAITING}


def test_deputies_of_silent_partners_are_called_up_once(world, minutes):
    who = receipts.recipients_of(
        [world.notice.pk], partner_id=world.vera.partner.pk, user_id=world.vera.user.pk
    )
    receipts.acknowledge(
        who, actor=world.vera.actor(minutes(1)), user_id=world.vera.user.pk, at=minutes(1), via="sms"
    )

    assert escalation.escalate_due(at=minutes(4)) == 0
    assert escalation.escalate_due(at=minutes(6)) == 1
    assert escalation.escalate_due(at=minutes(7)) == 0

    assert states(world.dana) == {State.QUEUED}
    assert states(world.emil) == {State.STOPPED}
    assert Entry.objects.get(verb="alert.escalated").facts == {"partners": 1, "people": 1}


def test_a_corrected_notice_calls_nobody_up(world, minutes):
    say(at=minutes(2), follows=[world.notice])

    assert escalation.escalate_due(at=minutes(6)) == 0
    assert states(world.dana) == {State.SUPERSEDED}


def test_a_deputy_who_was_called_up_hears_the_correction_at_once(world, minutes):
    escalation.escalate_due(at=minutes(6))
    Delivery.objects.filter(state=State.QUEUED).update(state=State.SENT)

    cancel = say(at=minutes(8), follows=[world.notice])
    fanout.fan_out(cancel.pk, at=minutes(8))

    told = Delivery.objects.filter(notice=cancel, recipient__subscriber=world.dana.subscriber)
    assert set(told.values_list("state", flat=True)) == {State.QUEUED}


def test_the_sweep_fans_out_what_nobody_fanned_out_and_sends_it(cast, at, sandbox):
    notice = say(members(cast.corin), at=at)

    sweep.run(at=at + timedelta(seconds=3))

    sandbox.phones[cast.corin.phone].expect("Fire")
    sandbox.mailboxes[cast.corin.email].expect("Fire")
    assert Notice.objects.get(pk=notice.pk).fanned_out_at


def test_the_sweep_gives_sending_away_when_there_is_somebody_to_give_it_to(cast, at):
    say(members(cast.corin), at=at)
    handed = []

    sweep.run(at=at + timedelta(seconds=3), hand_over=lambda *work: handed.append(work))

    assert handed == [("delivery.send", "sms"), ("delivery.send", "email")]


def test_what_was_not_sent_in_time_is_never_sent_late(cast, at):
    notice = say(members(cast.corin), at=at, expires_at=at + timedelta(minutes=1))
    fanout.fan_out(notice.pk, at=at)

    sweep.end_expired(at=at + timedelta(minutes=2))

    assert states(cast.corin) == {State.EXPIRED}
    assert sweep.end_expired(at=at + timedelta(minutes=3)) == 0


def test_the_heartbeat_tells_how_long_ago(at):
    assert sweep.age("sweep", at=at) is None
    sweep.run(at=at)
    assert sweep.age("sweep", at=at + timedelta(seconds=7)) == timedelta(seconds=7)


def test_running_the_sweep_twice_tells_nobody_twice(cast, at, sandbox):
    say(members(cast.corin), at=at)

    for n in (3, 4, 70, 140):
        sweep.run(at=at + timedelta(seconds=n))

    assert len(sandbox.phones[cast.corin.phone].messages) == 1
    assert len(sandbox.mailboxes[cast.corin.email].messages) == 1
