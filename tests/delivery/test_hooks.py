"""Web hooks: a partner's program is told what its screens are shown, signed, for days, and whatever it answers."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.accounts.models import Letter
from cityalert.audit.models import Entry
from cityalert.delivery import fanout, receipts, sending, sweep
from cityalert.delivery.hooks import actions, score, signing
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery, Hook
from partners.roles import Role
from tests.alerts.writing import published
from tests.delivery.say import members, say
from tests.door import let_in

LIST = reverse("hooks:list")


@pytest.fixture
def manager(cast):
    """Somebody who runs Corin's partner."""
    return cast.join("mara", cast.corin.partner, Role.ADMINISTRATOR)


@pytest.fixture
def program(sandbox):
    return sandbox.programs["tower"]


@pytest.fixture
def hook(manager, program, at):
    hook = actions.add(manager.actor(at), program.url, min_severity=3, exercises=False, at=at)
    program.secret = hook.secret
    return hook


def to_corins_screens(cast, at, **more):
    notice = published(cast.avery, at, **more).notice
    fanout.fan_out(notice.pk, at=at)
    return notice


def the(notice):
    return Delivery.objects.get(notice=notice, channel="webhook")


def due(at):
    Delivery.objects.filter(channel="webhook", state="queued").update(next_at=at)
    sending.send_due("webhook")


def test_it_is_signed_as_the_standard_says():
    # The example of Standard Webhooks' own libraries.
    signature = signing.signature(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )

    assert signature == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.django_db
def test_an_administrator_adds_one_tries_it_and_sends_again(cast, at, manager, program):
    mara = let_in(Client(), manager)
    for address in (
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://a.example:22/",
    ):
        answer = mara.post(LIST, {"url": address, "severity": "0"})
        assert answer.status_code == 422
        assert address in answer.content.decode()
    page = mara.post(LIST, {"url": program.url, "severity": "0"}).content.decode()
    program.secret = re.search(r"whsec_[\w+/=]+", page)[0]
    assert "whsec_" not in mara.get(LIST).content.decode()
    hook = Hook.objects.get()

    mara.post(reverse("hooks:try_out", args=[hook.key]))
    program.answers = [503]
    sending.send_due("webhook")
    there = mara.get(reverse("hooks:hook", args=[hook.key])).content.decode()
    assert "answered 503" in there
    due(at)

    told = program.expect("Nothing has happened")
    assert (told.body["type"], told.holds) == ("test", True)
    delivery = Delivery.objects.get(channel="webhook")
    old = program.secret
    mara.post(reverse("hooks:renew_secret", args=[hook.key]))
    mara.post(reverse("hooks:send_again", args=[hook.key, delivery.pk]))
    sending.send_due("webhook")
    again = program.expect("Nothing has happened")
    assert (again.id, again.holds, program.secret) == (told.id, True, old)  # both sign for a day
    mara.post(reverse("hooks:hook", args=[hook.key]), {"url": program.url, "severity": "4"})
    assert Hook.objects.get().disabled_at
    assert mara.post(reverse("hooks:try_out", args=[hook.key])).status_code == 409
    mara.post(reverse("hooks:remove", args=[hook.key]))
    verbs = Entry.objects.filter(verb__startswith="hook.").order_by("position").values_list("verb", flat=True)
    assert list(verbs) == [
        "hook.added", "hook.secret_renewed", "hook.sent_again", "hook.changed", "hook.removed",
    ]  # fmt: skip


@pytest.mark.django_db
def test_it_hears_what_its_screens_are_shown_as_grave_as_it_wants(cast, at, hook, program):
    grave = to_corins_screens(cast, at, severity=4, words={"en": {"headline": "For the tower"}})
    for more in ({"severity": 2}, {"severity": 4, "tlp": "RED"}):
        assert not Delivery.objects.filter(
            notice=to_corins_screens(cast, at, **more), channel="webhook"
        ).exists()
    drill = to_corins_screens(cast, at, severity=4, status="Exercise", exercise_note="Autumn")
    assert not Delivery.objects.filter(notice=drill, channel="webhook").exists()

    sending.send_due("webhook")

    told = program.expect("For the tower")
    assert (told.body["type"], told.body["data"]["severity"], told.holds) == (
        "alert.published",
        "extreme",
        True,
    )
    assert "whsec_" not in str(told.body)
    assert (the(grave).state, the(grave).provider_id) == (State.SENT, "answered 204")


@pytest.mark.django_db
def test_a_program_that_was_down_hears_it_although_somebody_answered_and_the_alert_is_over(
    cast, at, hook, program
):
    told = to_corins_screens(cast, at, severity=4)
    program.answers = [500, 302]
    sending.send_due("webhook")
    due(at)
    assert (the(told).state, the(told).tries, the(told).reason) == (State.QUEUED, 2, "answered 302")
    screens = list(told.recipients.filter(kind="screen", partner=cast.corin.partner))
    receipts.acknowledge(screens, actor=None, user_id=None, at=at, via="dashboard")
    told.expires_at = at - timedelta(minutes=1)
    told.save()
    sweep.end_expired(at=at)

    due(at)

    assert program.messages[0].id == f"{told.key.replace(':', '.')}.{the(told).pk}"
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == [
        "failed", "failed", "accepted",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_cancel_goes_where_the_alert_went_and_nothing_late_comes_after_it(
    cast, at, hook, manager, program
):
    wrong = say(members(cast.corin), at=at, severity=4)
    wrong.texts["en"]["webhook"] = '{"type": "alert.published", "data": {}}'
    wrong.save()
    fanout.fan_out(wrong.pk, at=at)
    sending.send_due("webhook")
    program.expect("alert.published")
    actions.change(
        manager.actor(at),
 hook.key, program.url,
        min_severity=4, exercises=False, is_on=True, at=at,
    )  # fmt: skip

    cancel = say(at=at, follows=[wrong], severity=1)
    cancel.texts["en"]["webhook"] = '{"type": "alert.cancelled", "data": {}}'
    cancel.save()
    fanout.fan_out(cancel.pk, at=at)
    sending.send_due("webhook")

    program.expect("alert.cancelled")
    with pytest.raises(actions.NotAgain):
        actions.send_again(manager.actor(at), hook.key, the(wrong).pk, at=at)


@pytest.mark.django_db
def test_after_days_of_failure_it_is_switched_off_and_its_people_are_told(cast, at, hook, manager, program):
    told = to_corins_screens(cast, at, severity=4)
    program.answers = [500] * 20
    Hook.objects.update(failing_since=at - score.LONG + timedelta(hours=1), failures=score.OFTEN)
    due(at)
    assert Hook.objects.get().disabled_at is None
    Hook.objects.update(failing_since=at - score.LONG)

    due(at)

    assert Hook.objects.get().disabled_at
    assert (the(told).state, the(told).next_at) == (State.FAILED, None)
    assert "is switched off" in Letter.objects.get(address=manager.email).subject
    assert not Delivery.objects.filter(
        notice=to_corins_screens(cast, at, severity=4), channel="webhook"
    ).exists()
    actions.change(
        manager.actor(at), hook.key, program.url, min_severity=3, exercises=False, is_on=True, at=at
    )
    assert (Hook.objects.get().failing_since, Hook.objects.get().failures) == (None, 0)


@pytest.mark.django_db
def test_nobody_sees_or_touches_the_web_hooks_of_others(cast, at, hook):
    for person in (cast.corin, cast.bao, cast.otto):
        client = let_in(Client(), person)
        for name in ("hook", "try_out", "remove", "renew_secret"):
            assert client.post(reverse(f"hooks:{name}", args=[hook.key])).status_code == 404
    assert let_in(Client(), cast.corin).get(LIST).status_code == 404
    assert hook.host not in let_in(Client(), cast.bao).get(LIST).content.decode()
