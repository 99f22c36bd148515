"""What is posted is frozen, and becomes one delivery per person and channel."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cityalert.delivery import claiming, counting, fanout, queries
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Recipient
from cityalert.lib.severity import Severity
from cityalert.live.models import FeedListener
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db


def states(notice, channel=None):
    rows = Delivery.objects.filter(notice=notice).exclude(channel="dashboard")
    if channel:
        rows = rows.filter(channel=channel)
    return sorted(rows.values_list("state", flat=True))


def test_everybody_once_and_their_partners_screens(cast, at):
    notice = say(members(cast.corin, cast.vera, cast.corin), at=at)

    assert Recipient.objects.filter(notice=notice, kind="member").count() == 2
    assert Recipient.objects.filter(notice=notice, kind="screen").count() == 2
    assert set(FeedListener.objects.values_list("listener", flat=True)) == {
        f"partner:{cast.corin.partner.pk}",
        f"partner:{cast.vera.partner.pk}",
    }
    tokens = Recipient.objects.values_list("token", flat=True)
    assert len(set(tokens)) == 4
    assert all(len(token) == 12 and token.isalnum() for token in tokens)


def test_residents_once_and_never_beside_what_they_are_told_as_members(cast, at):
    corin, rosa = cast.corin.subscriber.pk, cast.rosa.subscriber.pk
    audience = replace(members(cast.corin), residents=f"VALUES ({rosa}), ({corin}), ({rosa})")

    notice = say(audience, at=at)
    correction = say(audience, at=at, follows=[notice])

    for one in (notice, correction):
        people = Recipient.objects.filter(notice=one, subscriber__isnull=False)
        assert sorted(people.values_list("kind", "subscriber")) == [("member", corin), ("resident", rosa)]


def test_a_member_who_is_a_resident_too_is_told_once_at_one_address(cast, at):
    deputy = cast.join("dana", cast.corin.partner, call_order=2)
    rosa = cast.rosa.subscriber

    def told(person):
        """How the member and the resident fare at the member's number."""
        rosa.contact_points.filter(channel="sms").update(address=person.phone)
        notice = say(replace(members(person), residents=f"VALUES ({rosa.pk})"), at=at)
        fanout.fan_out(notice.pk, at=at)
        there = Delivery.objects.filter(notice=notice, channel="sms", address=person.phone)
        return notice, dict(there.values_list("recipient__kind", "state"))

    notice, states_of = told(cast.corin)
    assert states_of == {"member": "queued", "resident": "stopped"}
    assert queries.reach(notice.pk).total.wanted == 1, "one person, counted as a member"
    assert told(deputy)[1] == {"member": "waiting", "resident": "queued"}, "nobody waits for a deputy's turn"


def test_the_same_key_twice_posts_once(cast, at):
    first = say(members(cast.corin), at=at, key="alert:1")
    second = say(members(cast.vera), at=at, key="alert:1")

    assert first == second
    assert Recipient.objects.filter(kind="member").count() == 1


def test_the_preview_counts_what_is_then_frozen(cast, at):
    deputy = cast.join("dana", cast.corin.partner, call_order=2)
    cast.vera.subscriber.contact_points.all().delete()
    audience = members(cast.corin, cast.vera, cast.noor, deputy)

    preview = counting.count(audience, counting.Plan(Severity.SEVERE, at))
    notice = say(audience, at=at)
    fanout.fan_out(notice.pk, at=at)

    assert (preview.people, preview.deputies, preview.screens) == (3, 1, 3)
    assert preview.unreachable_people == 1
    assert counting.unreachable_members(audience, counting.Plan(Severity.SEVERE, at)) == [
        (cast.vera.subscriber.pk, cast.vera.partner.pk)
    ]
    assert Recipient.objects.filter(notice=notice, kind="member", call_order=1).count() == preview.people
    queued = Delivery.objects.filter(notice=notice, state=State.QUEUED)
    for channel in ("sms", "email"):
        assert queued.filter(channel=channel).count() == preview.through(channel)
    assert preview.by_channel["sms", "fr"] == 1
    assert preview.by_partner_kind == {"corporate": 1, "venue": 1, "school": 1}


def test_fanning_out_twice_changes_nothing(cast, at):
    notice = say(members(cast.corin), at=at)

    assert fanout.fan_out(notice.pk, at=at) == 2
    assert fanout.fan_out(notice.pk, at=at) == 0
    assert states(notice) == [State.QUEUED, State.QUEUED]


@pytest.mark.parametrize("spoil", ["verified_at", "stopped_at", "gone_at", "min_severity"])
def test_a_contact_point_that_may_not_be_used_is_not(cast, at, spoil):
    point = cast.corin.contact_point("sms")
    setattr(point, spoil, {"verified_at": None, "min_severity": Severity.EXTREME}.get(spoil, at))
    point.save()

    notice = say(members(cast.corin), at=at)
    fanout.fan_out(notice.pk, at=at)

    assert list(Delivery.objects.filter(notice=notice, recipient__kind="member").values_list("channel")) == [
        ("email",)
    ]


def test_a_correction_reaches_everyone_the_original_reached_where_it_reached_them(cast, at):
    first = say(members(cast.corin, cast.vera), at=at)
    fanout.fan_out(first.pk, at=at)
    hand_over(first)
    # Corin has a new number, and the area no longer holds either of them.
    cast.corin.subscriber.contact_points.filter(channel="sms").update(address="+14165550199")

    second = say(members(cast.noor), at=at + timedelta(minutes=1), follows=[first])
    fanout.fan_out(second.pk, at=at)

    told = Delivery.objects.filter(notice=second, channel="sms", state=State.QUEUED)
    assert set(told.values_list("address", flat=True)) == {
        cast.corin.phone,
        "+14165550199",
        cast.vera.phone,
        cast.noor.phone,
    }


def test_a_cancel_is_not_told_to_those_who_never_heard(cast, at):
    first = say(members(cast.corin, cast.vera), at=at)
    fanout.fan_out(first.pk, at=at)
    hand_over(first, cast.corin)

    cancel = say(at=at, follows=[first])
    fanout.fan_out(cancel.pk, at=at)

    people = Recipient.objects.filter(notice=cancel, kind="member")
    assert set(people.values_list("subscriber", flat=True)) == {cast.corin.subscriber.pk}
    assert Recipient.objects.filter(notice=cancel, kind="screen").count() == 2  # both screens showed it
    assert set(states(first)) == {State.SENT, State.SUPERSEDED}


def test_stop_is_respected_by_a_correction_and_recorded(cast, at):
    first = say(members(cast.corin), at=at)
    fanout.fan_out(first.pk, at=at)
    hand_over(first)
    cast.corin.subscriber.contact_points.filter(channel="sms").update(stopped_at=at)

    cancel = say(at=at, follows=[first])
    fanout.fan_out(cancel.pk, at=at)

    assert states(cancel, "sms") == [State.OPTED_OUT]
    assert states(cancel, "email") == [State.QUEUED]


def test_a_notice_superseded_before_its_fan_out_is_never_sent(cast, at):
    first = say(members(cast.corin), at=at)
    say(at=at, follows=[first])

    assert fanout.fan_out(first.pk, at=at) == 0
    assert claiming.claim("sms", at=at) == []


def hand_over(notice, *people):
    rows = Delivery.objects.filter(notice=notice, recipient__kind="member")
    if people:
        rows = rows.filter(recipient__subscriber__in=[person.subscriber for person in people])
    rows.update(state=State.SENT)
