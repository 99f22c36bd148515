"""Claim, send, record: what left the building, what the row says."""

import asyncio
from datetime import timedelta
from threading import Semaphore

import pytest
from django.db import connection

from cityalert.delivery import claiming, fanout, outcomes, receipts, reconcile, recording, sending
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery
from cityalert.lib.severity import Severity
from cityalert.sandbox.behaviour import Fault, MailFault
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast, at):
    """Corin is being told: deliveries are queued, nothing is sent."""
    notice = say(members(cast.corin), at=at)
    fanout.fan_out(notice.pk, at=at)
    return notice


def the(notice, channel="sms"):
    return Delivery.objects.get(notice=notice, channel=channel)


def test_a_text_is_sent_with_the_persons_own_link(cast, told, sandbox):
    sending.send_due("sms")

    text = sandbox.phones[cast.corin.phone].expect("Fire at Main")
    token = the(told).recipient.token
    assert text.links[0].endswith(f"/a/{token}/")
    assert the(told).state == State.SENT
    assert the(told).provider_id == text.message.sid
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.outcome) == (1, Attempt.Outcome.ACCEPTED)


def test_an_e_mail_is_sent_in_the_persons_language(cast, at, sandbox):
    notice = say(members(cast.noor), at=at)
    fanout.fan_out(notice.pk, at=at)

    sending.send_due("email")

    mail = sandbox.mailboxes[cast.noor.email].expect("Incendie")
    assert "Évitez le secteur." in mail.text
    assert the(notice, "email").recipient.token in mail.links[0]
    assert mail.parsed["Message-ID"] == f"<{the(notice, 'email').provider_id}>"


def test_each_gets_their_own_mail_from_one_that_is_built_once(cast, at, sandbox):
    notice = say(members(cast.corin, cast.vera, cast.bao), at=at)
    fanout.fan_out(notice.pk, at=at)

    assert sending.send_due("email") == 3

    links = {sandbox.mailboxes[p.email].expect("Fire").links[0] for p in (cast.corin, cast.vera, cast.bao)}
    assert len(links) == 3


def test_no_transaction_is_open_while_the_provider_is_asked(cast, told, sandbox, monkeypatch):
    seen = []
    send = CHANNELS["sms"].send

    async def spying(line, message):
        seen.append(len(connection.savepoint_ids))
        return await send(line, message)

    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(CHANNELS["sms"], "send", spying)
    sending.send_due("sms")

    assert seen == [depth]


def test_what_is_due_twice_is_sent_once(cast, told, sandbox):
    sending.send_due("sms")
    sending.send_due("sms")

    assert len(sandbox.phones[cast.corin.phone].messages) == 1


def test_a_refusal_for_good_is_not_tried_again_and_the_number_is_marked(cast, told, sandbox):
    sandbox.twilio.behave(Fault.ERROR, code=21614, times=1)

    sending.send_due("sms")
    sending.send_due("sms")

    assert the(told).state == State.FAILED
    assert the(told).reason == "not a mobile number"
    assert cast.corin.contact_point("sms").gone_at
    sandbox.phones[cast.corin.phone].expect_nothing()


def test_a_stopped_number_is_recorded_and_the_mail_still_goes(cast, told, sandbox):
    sandbox.twilio.blocked.add(cast.corin.phone)

    sending.send_due("sms")
    sending.send_due("email")

    assert the(told).state == State.OPTED_OUT
    assert cast.corin.contact_point("sms").stopped_at
    sandbox.mailboxes[cast.corin.email].expect("Fire")


@pytest.mark.parametrize(("fault", "code"), [(Fault.ERROR, 20429), (Fault.ERROR, 20003)])
def test_what_may_pass_is_tried_again_later(cast, told, at, sandbox, fault, code):
    sandbox.twilio.behave(fault, code=code, times=1)

    sending.send_due("sms")
    assert the(told).state == State.QUEUED
    assert the(told).next_at > at
    Delivery.objects.update(next_at=at)
    sending.send_due("sms")

    sandbox.phones[cast.corin.phone].expect("Fire")
    assert list(Attempt.objects.order_by("number").values_list("number", "outcome")) == [
        (1, "failed"),
        (2, "accepted"),
    ]


def test_when_twilio_cannot_be_reached_nothing_is_lost(cast, told, at, sandbox, settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    sending.send_due("sms")
    assert the(told).state == State.QUEUED

    settings.SANDBOX_URL = sandbox.url
    Delivery.objects.update(next_at=at)
    sending.send_due("sms")

    sandbox.phones[cast.corin.phone].expect("Fire")


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP])
def test_an_unknown_outcome_is_asked_about_before_anything_is_sent_again(cast, told, at, sandbox, fault):
    sandbox.twilio.behave(fault, times=1)
    sending.send_due("sms")
    assert the(told).state == State.UNKNOWN

    reconcile.reconcile("sms", at=at + timedelta(minutes=1))
    sending.send_due("sms")
    Delivery.objects.filter(state="queued").update(next_at=at)
    sending.send_due("sms")

    assert len(sandbox.phones[cast.corin.phone].messages) == 1
    assert the(told).state == State.SENT
    assert the(told).provider_id == sandbox.phones[cast.corin.phone].messages[0].message.sid


def test_twilio_is_not_waited_for_longer_than_the_lease_allows(cast, told, sandbox, settings):
    settings.DELIVERY_TIMEOUT_S = 0.2
    sandbox.twilio.behave(latency=2)

    sending.send_due("sms")

    assert the(told).state == State.UNKNOWN


def test_a_young_unknown_is_not_asked_about_yet(cast, told, at, sandbox):
    sandbox.twilio.behave(Fault.DROP_AFTER, times=1)
    sending.send_due("sms")

    assert reconcile.reconcile("sms", at=at + timedelta(seconds=5)) == 0


def test_while_twilio_cannot_be_asked_it_stays_unknown(cast, told, at, sandbox, settings):
    sandbox.twilio.behave(Fault.DROP_AFTER, times=1)
    sending.send_due("sms")
    settings.SANDBOX_URL = "http://127.0.0.1:9"

    reconcile.reconcile("sms", at=at + timedelta(minutes=1))

    assert the(told).state == State.UNKNOWN
    assert the(told).next_at > at + timedelta(minutes=1)


def test_a_worker_that_died_between_claim_and_send_loses_nothing(cast, told, at, sandbox):
    claiming.claim("sms", at=at)

    later = at + claiming.lease() + timedelta(seconds=1)
    assert reconcile.take_back_leases(at=later) == 1
    assert reconcile.reconcile("sms", at=later) == 0  # what it handed over may still turn up
    assert reconcile.reconcile("sms", at=later + timedelta(minutes=1)) == 1
    Delivery.objects.filter(channel="sms").update(next_at=at)
    sending.send_due("sms")

    assert len(sandbox.phones[cast.corin.phone].messages) == 1
    assert list(Attempt.objects.order_by("number").values_list("number", "outcome")) == [
        (1, "unknown"),
        (2, "accepted"),
    ]


@pytest.mark.parametrize(("severity", "times"), [(Severity.SEVERE, 2), (Severity.MODERATE, 1)])
def test_a_mail_of_unknown_outcome_is_repeated_only_when_lives_hang_on_it(cast, at, sandbox, severity, times):
    notice = say(members(cast.corin), at=at, severity=severity)
    fanout.fan_out(notice.pk, at=at)
    message = claiming.claim("email", at=at)
    recording.record([outcomes.unknown(message[0], "SMTPServerDisconnected")], at=at)

    reconcile.reconcile("email", at=at + timedelta(minutes=1))
    Delivery.objects.filter(channel="email", state="queued").update(next_at=at)
    sending.send_due("email")

    assert the(notice, "email").tries == times
    mails = sandbox.mailboxes[cast.corin.email].messages
    assert len(mails) == times - 1
    if mails:
        assert mails[0].parsed["Message-ID"].startswith(f"<{message[0].message_key}@")


@pytest.mark.parametrize("fault", [MailFault.DEFER, MailFault.DROP])
def test_a_mail_server_that_says_later_is_asked_later(cast, told, at, sandbox, fault):
    sandbox.mailboxes.behave(fault, times=1)
    sending.send_due("email")
    assert the(told, "email").state in {State.QUEUED, State.UNKNOWN}

    reconcile.reconcile("email", at=at + timedelta(minutes=1))
    Delivery.objects.filter(channel="email").update(next_at=at)
    sending.send_due("email")

    assert len(sandbox.mailboxes[cast.corin.email].messages) == 1


def test_a_refused_mailbox_fails_for_good(cast, told, sandbox):
    sandbox.mailboxes.behave(MailFault.REFUSE, times=1)

    sending.send_due("email")

    assert the(told, "email").state == State.FAILED
    assert "550" in the(told, "email").reason


def test_what_was_claimed_when_twilio_asks_for_rest_is_not_begun(cast, at, sandbox, monkeypatch):
    claimed, claim, send_one = Semaphore(0), claiming.claim, sending._send_one

    def claim_one(channel, *, at):
        claimed.release()
        return claim(channel, at=at, limit=1)

    async def send_when_the_next_is_claimed(*args):
        await asyncio.to_thread(lambda: claimed.acquire() and claimed.acquire())
        return await send_one(*args)

    monkeypatch.setattr(sending, "claim", claim_one)
    monkeypatch.setattr(sending, "_send_one", send_when_the_next_is_claimed)
    monkeypatch.setattr(CHANNELS["sms"], "in_flight", 1)
    notice = say(members(cast.corin, cast.vera), at=at)
    fanout.fan_out(notice.pk, at=at)
    sandbox.twilio.behave(Fault.ERROR, status=429, code=20429, times=1)
    Delivery.objects.filter(notice=notice, channel="sms").update(tries=9)

    assert sending.send_due("sms") == 0

    texts = Delivery.objects.filter(notice=notice, channel="sms")
    assert [text.state for text in texts] == [State.QUEUED, State.QUEUED]
    assert all(text.next_at > at for text in texts)
    # The one that was tried waits longer each time; the other waits for the channel only.
    waits = sorted((text.next_at - text.state_at).total_seconds() for text in texts if text.next_at)
    assert waits == [1, 60]


def test_the_next_batch_is_sent_while_the_last_still_waits_for_an_answer(cast, at, sandbox, monkeypatch):
    second_began, send_one, begun = asyncio.Event(), sending._send_one, []

    async def first_waits_for_the_second(*args):
        begun.append(args)
        if len(begun) == 2:
            second_began.set()
        await asyncio.wait_for(second_began.wait(), 20)
        return await send_one(*args)

    monkeypatch.setattr(sending, "claim", lambda channel, *, at: claiming.claim(channel, at=at, limit=1))
    monkeypatch.setattr(sending, "_send_one", first_waits_for_the_second)
    notice = say(members(cast.corin, cast.vera), at=at)
    fanout.fan_out(notice.pk, at=at)

    assert sending.send_due("sms") == 2


def test_nothing_is_begun_that_could_outlast_its_lease(cast, told, at, sandbox, settings):
    settings.DELIVERY_LEASE_S = settings.DELIVERY_TIMEOUT_S

    sending.send_due("sms")

    assert the(told).state == State.QUEUED
    sandbox.phones[cast.corin.phone].expect_nothing()


def test_nothing_is_sent_after_the_alert_has_ended(cast, told, at, sandbox):
    assert claiming.claim("sms", at=at + timedelta(hours=2)) == []

    assert the(told).state == State.EXPIRED


def test_nothing_is_sent_to_whoever_has_acknowledged(cast, told, at, sandbox):
    # The acknowledgement committed between the fan-out and the claim.
    told.recipients.filter(kind="member").update(acknowledged_at=at)

    assert claiming.claim("sms", at=at) == []
    assert the(told).state == State.STOPPED


def test_the_severer_goes_first_and_an_exercise_last(cast, at):
    calm = say(members(cast.corin), at=at, severity=Severity.MINOR)
    drill = say(members(cast.vera), at=at, severity=Severity.EXTREME, is_exercise=True)
    grave = say(members(cast.noor), at=at, severity=Severity.EXTREME)
    for notice in (calm, drill, grave):
        fanout.fan_out(notice.pk, at=at)

    order = [claiming.claim("sms", at=at, limit=1)[0].address for _ in range(3)]

    assert order == [cast.noor.phone, cast.corin.phone, cast.vera.phone]


def test_a_correction_waits_for_the_earlier_version_that_is_in_flight(cast, told, at, sandbox):
    in_flight = claiming.claim("sms", at=at)
    cancel = say(at=at, follows=[told])
    fanout.fan_out(cancel.pk, at=at)

    assert claiming.claim("sms", at=at) == []
    recording.record([outcomes.accepted(in_flight[0], "SM1")], at=at)
    assert [message.address for message in claiming.claim("sms", at=at)] == [cast.corin.phone]


def test_a_correction_does_not_overtake_what_may_still_be_on_its_way(cast, told, at, sandbox):
    (in_flight,) = claiming.claim("sms", at=at)
    recording.record([outcomes.unknown(in_flight, "no answer")], at=at)
    cancel = say(at=at, follows=[told])
    fanout.fan_out(cancel.pk, at=at)

    assert claiming.claim("sms", at=at + timedelta(seconds=29)) == [], "the provider was not asked yet"
    (asked,) = claiming.claim("sms", at=at + timedelta(seconds=31))
    assert asked.address == cast.corin.phone, "the provider cannot be asked"


def test_a_mail_that_is_to_be_sent_again_since_nobody_knows_is_corrected_all_the_same(cast, told, at):
    (in_flight,) = claiming.claim("email", at=at)
    recording.record([outcomes.unknown(in_flight, "no answer")], at=at)
    later = at + timedelta(minutes=1)
    reconcile.reconcile("email", at=later)
    assert the(told, "email").state == State.QUEUED

    cancel = say(at=later, follows=[told])
    fanout.fan_out(cancel.pk, at=later)

    assert the(told, "email").state == State.SUPERSEDED
    assert the(cancel, "email").state == State.QUEUED, "perhaps the first was read"


def test_a_record_that_comes_after_the_receipt_does_not_move_it_back(cast, told, at):
    message = claiming.claim("sms", at=at)[0]
    receipts.provider_says(
        provider="twilio", attempt_id=message.attempt_id, provider_id="SM1", news="delivered",
        state=State.DELIVERED, reason="", at=at,
    )  # fmt: skip

    recording.record([outcomes.unknown(message, "no answer")], at=at)

    assert the(told).state == State.DELIVERED
    assert reconcile.reconcile("sms", at=at + timedelta(minutes=1)) == 0
