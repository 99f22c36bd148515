"""What comes back: call-backs, acknowledgements and responses. It only moves forward."""

from itertools import permutations

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.delivery import claiming, fanout, outcomes, queries, receipts, recording, sending
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Receipt, Recipient
from cityalert.delivery.response import Response
from tests.delivery.hooks import twilio_calls
from tests.delivery.say import members, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast, at):
    """Corin and Vera have been told; Corin's text is with Twilio."""
    notice = say(members(cast.corin, cast.vera), at=at)
    fanout.fan_out(notice.pk, at=at)
    return notice


@pytest.fixture
def text(cast, told, at, sandbox):
    sending.send_due("sms")
    return Delivery.objects.get(notice=told, channel="sms", address=cast.corin.phone)


def report(delivery, settings, news, **more):
    url = reverse("delivery:twilio_status", args=[delivery.attempts.latest("number").pk])
    return twilio_calls(url, MessageSid=delivery.provider_id, MessageStatus=news, **more)


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "sending"])))
def test_call_backs_in_any_order_end_the_same(text, settings, order):
    for news in order:
        assert report(text, settings, news).status_code == 204

    text.refresh_from_db()
    assert text.state == State.DELIVERED


def test_the_same_call_back_twice_changes_nothing(text, settings):
    report(text, settings, "delivered")
    state_at = Delivery.objects.get(pk=text.pk).state_at
    report(text, settings, "delivered")

    assert Receipt.objects.count() == 1
    assert Delivery.objects.get(pk=text.pk).state_at == state_at


def test_a_forged_call_back_is_refused(text, settings):
    url = reverse("delivery:twilio_status", args=[text.attempts.get().pk])
    form = {"MessageSid": text.provider_id, "MessageStatus": "failed"}

    assert Client().post(url, form, headers={"X-Twilio-Signature": "bm9wZQ=="}).status_code == 403
    text.refresh_from_db()
    assert text.state == State.SENT


def test_a_signed_call_back_for_another_message_changes_nothing(text, settings):
    url = reverse("delivery:twilio_status", args=[text.attempts.get().pk])

    assert twilio_calls(url, MessageSid="SMother", MessageStatus="failed").status_code == 204
    text.refresh_from_db()
    assert text.state == State.SENT


def test_an_undelivered_text_says_why(text, settings):
    report(text, settings, "undelivered", ErrorCode="30003")

    text.refresh_from_db()
    assert (text.state, text.reason) == (State.FAILED, "the phone is off or out of reach")


def test_a_call_back_settles_an_attempt_whose_answer_never_came(cast, told, at, settings):
    message = next(m for m in claiming.claim("sms", at=at) if m.address == cast.corin.phone)
    recording.record([outcomes.unknown(message, "no answer")], at=at)
    delivery = Delivery.objects.get(pk=message.delivery_id)
    delivery.provider_id = "SM1"

    report(delivery, settings, "delivered")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_at) == (State.DELIVERED, None)


def test_news_of_a_failed_try_does_not_end_a_later_one(cast, told, at, settings):
    first = next(m for m in claiming.claim("sms", at=at) if m.address == cast.corin.phone)
    Delivery.objects.filter(pk=first.delivery_id).update(state=State.SENDING, tries=2)

    receipts.provider_says(
        provider="twilio", attempt_id=first.attempt_id, provider_id="SM1", news="failed",
        state=State.FAILED, reason="", at=at,
    )  # fmt: skip

    assert Delivery.objects.get(pk=first.delivery_id).state == State.SENDING


def test_acknowledging_stops_what_is_queued_for_that_person_and_the_deputies_of_the_partner(cast, at):
    deputy = cast.join("dana", cast.corin.partner, call_order=2)
    notice = say(members(cast.corin, cast.vera, deputy), at=at)
    fanout.fan_out(notice.pk, at=at)

    acknowledge(cast.corin, notice, at)

    assert [states(person) for person in (cast.corin, cast.vera, deputy)] == [
        {State.STOPPED},
        {State.QUEUED},
        {State.STOPPED},
    ]
    screen = Delivery.objects.get(channel="dashboard", recipient__partner=cast.corin.partner)
    assert screen.state == State.ACKNOWLEDGED
    entry = Entry.objects.get(verb="alert.acknowledged")
    assert (entry.user_id, entry.facts["via"]) == (cast.corin.user.pk, "dashboard")


def test_acknowledging_twice_is_recorded_once(cast, told, at):
    assert acknowledge(cast.corin, told, at) is True
    assert acknowledge(cast.corin, told, at) is False
    assert Entry.objects.filter(verb="alert.acknowledged").count() == 1


def test_otto_answers_for_nobody(cast, told, at):
    assert receipts.recipients_of([told.pk], partner_id=cast.otto.partner.pk, user_id=cast.otto.user.pk) == []


def test_a_response_may_be_changed_and_each_is_kept(cast, told, at):
    who = receipts.recipients_of([told.pk], partner_id=cast.corin.partner.pk, user_id=cast.corin.user.pk)
    for response, note in ((Response.NEED_HELP, "Two hurt"), (Response.SAFE, "Helped")):
        receipts.respond(
            who, response=response, note=note, actor=cast.corin.actor(at), user_id=cast.corin.user.pk,
            at=at, via="dashboard",
        )  # fmt: skip

    assert [row.response for row in queries.responses(told.pk)] == ["safe", "safe"]
    assert [e.facts["response"] for e in Entry.objects.filter(verb="alert.responded")] == [
        "need_help",
        "safe",
    ]
    assert all(row.acknowledged_at for row in who_again(who))


def test_the_reach_counts_each_step(cast, told, at, text, settings):
    report(text, settings, "delivered")
    acknowledge(cast.vera, told, at)

    reach = queries.reach(told.pk)

    assert (reach.total.wanted, reach.total.sent, reach.total.delivered) == (2, 2, 2)
    assert (reach.total.seen, reach.total.acknowledged) == (1, 1)
    assert reach.by_partner[cast.vera.partner.pk].has_answered
    assert not reach.by_partner[cast.corin.partner.pk].has_answered
    assert [row.subscriber_id for row in queries.silent(told.pk)] == [cast.corin.subscriber.pk]


def test_whoever_saw_it_on_a_screen_was_told_whatever_became_of_their_messages(cast, at):
    cast.corin.subscriber.contact_points.all().delete()
    notice = say(members(cast.corin), at=at)
    fanout.fan_out(notice.pk, at=at)
    before = queries.reach(notice.pk).total

    acknowledge(cast.corin, notice, at)

    after = queries.reach(notice.pk).total
    assert (before.wanted, before.sent, before.unreachable) == (1, 0, 1)
    assert (after.sent, after.delivered, after.seen, after.unreachable) == (1, 1, 1, 0)


# --- the person's own link -------------------------------------------------------------------------------


def test_looking_at_the_link_acknowledges_nothing_pressing_does(cast, told, at):
    recipient = Recipient.objects.get(notice=told, subscriber=cast.vera.subscriber)
    url = reverse("delivery:answer", args=[recipient.token])

    for method in ("get", "head"):
        assert getattr(Client(), method)(url).status_code == 200
    assert not Recipient.objects.exclude(acknowledged_at=None).exists()

    page = Client().post(url, follow=True)
    recipient.refresh_from_db()
    assert recipient.acknowledged_at
    assert recipient.acknowledged_by == cast.vera.user
    assert "Acknowledged at" in page.content.decode()


def test_a_wrong_link_is_not_there(db):
    assert Client().get(reverse("delivery:answer", args=["nothing"])).status_code == 404


def test_the_page_behind_the_link_speaks_the_persons_language(cast, at):
    notice = say(members(cast.noor), at=at)
    recipient = Recipient.objects.get(notice=notice, subscriber=cast.noor.subscriber)

    page = Client().get(reverse("delivery:answer", args=[recipient.token])).content.decode()

    assert "Évitez le secteur." in page
    assert "{link}" not in page


def states(person):
    rows = Delivery.objects.filter(recipient__subscriber=person.subscriber)
    return set(rows.values_list("state", flat=True))


def acknowledge(person, notice, at):
    who = receipts.recipients_of([notice.pk], partner_id=person.partner.pk, user_id=person.user.pk)
    return receipts.acknowledge(who, actor=person.actor(at), user_id=person.user.pk, at=at, via="dashboard")


def who_again(recipients):
    return Recipient.objects.filter(pk__in=[recipient.pk for recipient in recipients])
