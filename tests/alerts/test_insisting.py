"""Who is silent is asked once more by a button, and the timeline says what was due, done, and not needed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions
from cityalert.alerts.vocabulary import Ending
from cityalert.audit.models import Entry
from cityalert.delivery import escalation, fanout, sending
from cityalert.delivery.models import Delivery
from cityalert.duty import actions as duty
from cityalert.duty.steps import Step, Whom
from cityalert.lib import clock
from cityalert.lib.severity import Severity
from tests.alerts.writing import published
from tests.door import let_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return clock.now()


def told(alert, at):
    fanout.fan_out(alert.notice_id, at=at)
    for channel in ("sms", "email"):
        sending.send_due(channel)


def test_the_silent_are_asked_again_and_nobody_else(cast, now, sandbox):
    alert = published(cast.avery, now)
    told(alert, now)
    actions.acknowledge(cast.corin.actor(now), alert, at=now)
    avery, page = let_in(Client(), cast.avery), reverse("alerts:reach", args=[alert.pk])
    assert "Ask them again" in avery.get(page).content.decode()

    def ask(who=avery):
        return who.post(reverse("alerts:ask_again", args=[alert.pk]), follow=True).content.decode()

    assert "people are asked again" in ask()
    again = Delivery.objects.filter(round=2).values_list("recipient__subscriber__user__name", flat=True)
    assert "Vera Kovács" in again
    assert "Corin Walsh" not in again
    assert "Wait five minutes" in ask()
    assert Entry.objects.get(verb="alert.asked_again").facts == {"people": len(set(again))}

    actor = cast.avery.actor(now)
    actions.publish(actor, actions.start_cancel(actor, alert, Ending.CANCEL, at=now), key="end", at=now)
    assert "a newer version took its place" in ask()
    assert "Ask them again" not in avery.get(page).content.decode()


def test_the_timeline_says_what_was_due_done_and_not_needed(cast, now):
    olive = cast.join("olive", cast.corin.partner, "owner")
    steps = [Step(0, Whom.FIRST), Step(3, Whom.TOLD, ("sms",)), Step(8, Whom.EVERYBODY)]
    duty.set_policy(olive.actor(now), Severity.UNKNOWN, steps, at=now)
    alert = published(cast.avery, now - timedelta(minutes=4))
    fanout.fan_out(alert.notice_id, at=now - timedelta(minutes=4))
    Delivery.objects.filter(state="queued").update(state="sent")
    escalation.escalate_due(at=now - timedelta(minutes=1))

    def lines(person):
        page = let_in(Client(), person).get(reverse("alerts:detail", args=[alert.pk])).content.decode()
        return " ".join(page.split())

    assert "Called: those who were told and are silent, by SMS" in lines(cast.avery)
    assert "King Bay Tower, 2 people" in lines(cast.avery)
    assert "Due: everybody, in every way they have" in lines(cast.corin)
    assert "silent, by SMS" not in lines(cast.vera), "what another partner does is not hers to read"
    actions.acknowledge(cast.corin.actor(now), alert, at=now)
    assert "Not called: everybody, in every way they have" in lines(cast.avery)
    assert "enough had answered" in lines(cast.avery)
