"""Breaking the glass: one person alerts the public; the others are told at once, and one of them reviews it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cityalert.accounts import keys
from cityalert.accounts.models import Letter
from cityalert.alerts import actions
from cityalert.alerts.actions.approving import SamePerson
from cityalert.alerts.approvals import SingleSend
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert
from cityalert.audit.queries import timeline
from cityalert.delivery import fanout, sweep
from cityalert.delivery.management.commands.lifeline import SILENCE
from cityalert.delivery.models import Delivery, Notice
from partners.roles import Role
from tests.alerts.writing import draft
from tests.cast import Cast
from tests.door import let_in

REASON = "A rifle on King Street, and nobody else is on shift."


def alone(cast: Cast, at) -> Alert:
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    return actions.send_alone(cast.sam.actor(at), alert, REASON, key="one", at=at)


def test_one_person_alerts_the_public_and_the_others_are_told_by_every_channel(cast: Cast, at):
    tess = cast.join("tess", cast.avery.partner, role=Role.APPROVER)
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    page, client = reverse("alerts:alone", args=[alert.pk]), let_in(Client(), cast.sam)
    typed = {"key": "one", "version": actions.version(alert)}

    refused = client.post(page, {**typed, "reason": "urgent"})
    assert refused.status_code == 422
    assert "urgent</textarea>" in refused.content.decode()
    assert client.post(page, {**typed, "reason": REASON}).status_code == 302

    alert.refresh_from_db()
    assert (alert.state, alert.approved_by, alert.alone_reason) == ("published", None, REASON)
    assert alert.notice.recipients.filter(kind="resident").exists()
    told = Notice.objects.get(key=f"alone:{alert.pk}")
    assert [one.subscriber for one in told.recipients.all()] == [tess.subscriber]
    assert REASON in told.texts["en"]["text"]
    fanout.fan_out(told.pk, at=at)
    assert set(Delivery.objects.filter(notice=told).values_list("channel", "state")) == {
        ("sms", "queued"), ("email", "queued"),
    }  # fmt: skip
    assert timeline(alert).last().verb == "alert.sent_alone"
    # Whoever may only publish does not see that there is a glass.
    assert let_in(Client(), cast.avery).get(page).status_code == 404
    assert let_in(Client(), cast.otto).get(page).status_code == 404


def test_the_second_is_told_within_a_minute_though_every_worker_is_dead(cast: Cast, at, sandbox, settings):
    tess = cast.join("tess", cast.avery.partner, role=Role.APPROVER)
    sent_at = at - timedelta(minutes=10)  # what is due then, a sender finds due now
    told = Notice.objects.get(key=f"alone:{alone(cast, sent_at).pk}")
    assert told.fanned_out_at is None  # nobody has heard of it yet

    sweep.run(at=sent_at + timedelta(seconds=60))

    sandbox.phones[tess.phone].expect("Sent to the public by one person alone")
    sandbox.mailboxes[tess.email].expect("by one person alone")
    # A round comes sooner than that: beat's every few seconds, the lifeline's once beat has been silent.
    assert settings.CELERY_BEAT_SCHEDULE["sweep"]["schedule"] <= 10
    assert timedelta(seconds=30) > sweep.PATIENCE + SILENCE


def test_where_a_partner_has_nobody_else_whoever_runs_the_network_is_told_at_once(cast: Cast, at):
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    typed = {"key": "one", "version": actions.version(alert), "reason": REASON}

    # Through the door, where a person sees their own partner's rows only.
    let_in(Client(), cast.sam).post(reverse("alerts:alone", args=[alert.pk]), typed)

    alert.refresh_from_db()
    letter = Letter.objects.get()
    assert letter.address == cast.nadia.email
    sent_at = letter.posted_at
    assert letter.due_at == sent_at == alert.published_at
    said = keys.unseal(letter.sealed_text)
    assert "Sam Okafor of Toronto Police Service" in said
    assert REASON in said
    assert reverse("alerts:overdue") in said
    # Again each day while there is nobody else; then whoever came is told, and staff no more until it is overdue.
    assert actions.remind_reviews(at=sent_at + timedelta(hours=24)) == 1
    cast.join("tess", cast.avery.partner, role=Role.APPROVER)
    assert actions.remind_reviews(at=sent_at + timedelta(hours=48)) == 1
    assert Letter.objects.count() == 2


def test_the_glass_is_there_only_where_a_second_person_is_needed(cast: Cast, at):
    with pytest.raises(NotAllowed, match="enough"):
        actions.send_alone(cast.sam.actor(at), draft(cast.sam, at), REASON, key="one", at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        SingleSend.objects.filter(pk=alone(cast, at).pk).update(
            reviewed_at=at, reviewed_by=cast.sam.user, verdict="justified"
        )


def test_somebody_else_reviews_it_and_until_then_all_are_reminded(cast: Cast, at):
    tess = cast.join("tess", cast.avery.partner, role=Role.APPROVER)
    alert = alone(cast, at)
    with pytest.raises(SamePerson):
        actions.review(cast.sam.actor(at), alert, "justified", "It was me", at=at)

    assert actions.remind_reviews(at=at + timedelta(hours=23)) == 0
    assert actions.remind_reviews(at=at + timedelta(hours=24)) == 1
    assert not Letter.objects.exists()
    late = at + timedelta(hours=73)
    assert actions.remind_reviews(at=late) == 1
    assert Letter.objects.get().address == cast.nadia.email
    assert Notice.objects.filter(key__startswith=f"alone:{alert.pk}").count() == 3
    hub = reverse("alerts:overdue")
    assert "Toronto Police Service" in let_in(Client(), cast.nadia).get(hub).content.decode()

    actions.review(tess.actor(late), alert, "justified", "Heard the recordings", at=late)

    assert actions.remind_reviews(at=late + timedelta(days=2)) == 0
    assert timeline(alert).last().facts["verdict"] == "justified"
    assert (
        "Heard the recordings" in let_in(Client(), cast.sam).get(reverse("alerts:reviews")).content.decode()
    )
    assert "Toronto Police Service" not in let_in(Client(), cast.nadia).get(hub).content.decode()
