"""A partner is called as its policy said when the alert was posted, until enough have answered."""

from datetime import timedelta

import pytest

from cityalert.audit.models import Entry
from cityalert.delivery import escalation, fanout, queries, receipts, sweep
from cityalert.delivery.models import Call, Delivery
from cityalert.duty import actions
from cityalert.duty.models import Hours
from cityalert.duty.steps import EVERYBODY, Step, Whom
from cityalert.lib.severity import Severity
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def minutes(at):
    return lambda n: at - timedelta(minutes=30) + timedelta(minutes=n)


@pytest.fixture
def tower(cast, at):
    """Corin, Carol and, if nobody answers, Dana of the tower; Olive runs it."""
    cast.olive = cast.join("olive", cast.corin.partner, "owner")
    cast.carol = cast.join("carol", cast.corin.partner)
    cast.dana = cast.join("dana", cast.corin.partner, call_order=2)
    cast.people = (cast.corin, cast.carol, cast.dana)

    def wants(*steps):
        actions.set_policy(cast.olive.actor(at), Severity.MODERATE, steps, at=at)

    cast.wants = wants
    return cast


def post(tower, at, **more):
    notice = say(members(*tower.people, tower.vera), at=at, by_policy=True, **more)
    fanout.fan_out(notice.pk, at=at)
    return notice


def answers(person, notice, at):
    who = receipts.recipients_of([notice.pk], partner_id=person.partner.pk, user_id=person.user.pk)
    receipts.acknowledge(who, actor=person.actor(at), user_id=person.user.pk, at=at, via="dashboard")


def queued(*people):
    """Who is about to hear, by which channels, and takes it as sent."""
    now = Delivery.objects.filter(
        state="queued", recipient__subscriber__in=[one.subscriber for one in people]
    )
    heard = {
        one.email.split("@")[0]: sorted(
            now.filter(recipient__subscriber=one.subscriber).values_list("channel", flat=True)
        )
        for one in people
    }
    Delivery.objects.filter(pk__in=list(now.values_list("pk", flat=True))).update(state="sent")
    return {name: channels for name, channels in heard.items() if channels}


def outcomes(notice, **whose):
    calls = Call.objects.filter(notice=notice, **whose).order_by("number")
    return list(calls.values_list("outcome", "people"))


def test_the_steps_are_made_one_after_another_and_an_answer_stops_the_rest(tower, minutes):
    Hours.objects.bulk_create(
        Hours(partner=tower.carol.partner, membership=tower.carol.membership, begins=day * 1440, minutes=1440)
        for day in range(7)
    )
    tower.wants(
        Step(0, Whom.ON_DUTY, ("email",)),
        Step(3, Whom.TOLD, times=2, every_min=2),
        Step(8, Whom.DEPUTIES),
        Step(10, Whom.EVERYBODY),
    )
    notice = post(tower, minutes(0), deputies_at=minutes(5))
    tower.wants(Step(0, Whom.EVERYBODY))  # changes nothing under way
    made = {}

    for minute in range(10):
        if minute == 9:
            answers(tower.dana, notice, minutes(9))
        sweep.run(at=minutes(minute), hand_over=lambda *_: None)
        if now := queued(*tower.people):
            made[minute] = now

    assert made == {
        0: {"carol": ["email"]},
        3: {"carol": ["email", "sms"]},
        5: {"carol": ["email", "sms"]},
        8: {"dana": ["email", "sms"]},
    }
    assert outcomes(notice, partner=tower.corin.partner) == [*[("called", 1)] * 4, ("answered", 0)]
    assert not Delivery.objects.filter(notice=notice, state="waiting", recipient__partner=tower.corin.partner)
    sent = Delivery.objects.filter(recipient__subscriber=tower.carol.subscriber, channel="email")
    assert sorted(sent.values_list("round", flat=True)) == [1, 2, 3]


def test_everybody_must_answer_and_only_the_silent_are_asked_again(tower, minutes):
    tower.wants(Step(0, Whom.FIRST, ("sms",)), Step(2, Whom.TOLD, ("sms",), EVERYBODY, times=3, every_min=2))
    notice = post(tower, minutes(0))
    assert queued(*tower.people) == {"corin": ["sms"], "carol": ["sms"]}

    answers(tower.corin, notice, minutes(1))
    escalation.escalate_due(at=minutes(2))
    assert queued(*tower.people) == {"carol": ["sms"]}
    assert escalation.escalate_due(at=minutes(3)) == 0
    answers(tower.carol, notice, minutes(3))

    escalation.escalate_due(at=minutes(9))
    assert queued(*tower.people) == {}
    assert [outcome for outcome, _people in outcomes(notice)] == ["called", "called", "answered", "answered"]
    assert Entry.objects.filter(verb="alert.escalated").count() == 1


def test_without_a_policy_that_fits_it_is_as_it_always_was(tower, minutes):
    tower.wants(Step(0, Whom.DEPUTIES))
    notice = post(tower, minutes(0), severity=Severity.MINOR, deputies_at=minutes(5))
    assert set(queued(*tower.people)) == {"corin", "carol"}

    escalation.escalate_due(at=minutes(6))
    assert set(queued(*tower.people)) == {"dana"}
    assert outcomes(notice) == [("called", 1)]


def test_what_was_replaced_or_is_over_calls_nobody(tower, minutes):
    tower.wants(Step(0, Whom.FIRST), Step(3, Whom.DEPUTIES))
    replaced, over = post(tower, minutes(0)), post(tower, minutes(0), expires_at=minutes(2))
    queued(*tower.people)
    say(at=minutes(1), follows=[replaced])

    sweep.run(at=minutes(4), hand_over=lambda *_: None)

    assert outcomes(replaced)[1:] == [("superseded", 0)]
    assert outcomes(over)[1:] == [("expired", 0)]
    assert not queued(tower.dana)


def test_whom_the_policy_keeps_back_is_not_counted_before_they_are_called(tower, minutes):
    tower.wants(Step(0, Whom.DEPUTIES), Step(3, Whom.EVERYBODY))
    notice = post(tower, minutes(0))

    def wanted():
        return queries.reach(notice.pk).by_partner[tower.corin.partner.pk].wanted

    assert wanted() == 1
    escalation.escalate_due(at=minutes(3))
    assert wanted() == 3
