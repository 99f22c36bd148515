"""The auditor finds nothing where nothing is wrong, and each broken promise by its name."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from cityalert.accounts.models import Letter
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Ending
from cityalert.auditor import rounds
from cityalert.auditor.models import Round
from cityalert.delivery import fanout, forgetting, sending, sweep
from cityalert.delivery.models import Attempt, Delivery, Notice
from cityalert.lib import outbound
from tests.alerts.writing import public, published
from tests.door import let_in
from tests.table_owner import as_owner

pytestmark = pytest.mark.django_db

# What goes wrong, as somebody's fault would write it, and the promise it breaks. {at} is the present.
BREAKS = {
    "taken_up": "UPDATE delivery_notice SET fanned_out_at = NULL, posted_at = {at} - interval '40 seconds'",
    "moves_on": "UPDATE delivery_delivery SET state = 'queued', next_at = {at} - interval '40 seconds'",
    "taken_back": "UPDATE delivery_delivery SET state = 'sending', lease_until = {at} - interval '40 seconds'",
    "nothing_stranded": "UPDATE delivery_delivery SET state = 'queued', next_at = NULL",
    "wakes_up": """
        UPDATE delivery_delivery SET state = 'queued', reason = 'quiet hours', next_at = {at} + interval '26 hours'""",
    "everybody_has_a_way": "DELETE FROM delivery_attempt; DELETE FROM delivery_delivery",
    "one_series": "UPDATE delivery_attempt SET number = 2",
    "taken_once": """
        UPDATE delivery_delivery SET tries = 2 WHERE tries = 1;
        INSERT INTO delivery_attempt (delivery_id, number, started_at, ended_at, outcome)
        SELECT delivery_id, 2, {at}, {at}, 'accepted' FROM delivery_attempt WHERE number = 1""",
    "not_overtaken": "UPDATE delivery_notice SET superseded_at = {at} - interval '1 minute'",
    "not_late": "UPDATE delivery_notice SET expires_at = {at} - interval '10 seconds'",
    "ended": """
        UPDATE delivery_delivery SET state = 'waiting';
        UPDATE delivery_notice SET expires_at = {at} - interval '90 seconds'""",
    "silent_are_called": """
        INSERT INTO delivery_call (notice_id, number, next_at, whom, channels, enough)
        SELECT id, 9, {at} - interval '40 seconds', 'deputies', ARRAY[]::varchar[], 1 FROM delivery_notice LIMIT 1""",
    "corrections_reach": """
        DELETE FROM delivery_attempt a USING delivery_delivery d, delivery_notice n
        WHERE d.id = a.delivery_id AND n.id = d.notice_id AND cardinality(n.follows) > 0;
        DELETE FROM delivery_delivery d USING delivery_notice n
        WHERE n.id = d.notice_id AND cardinality(n.follows) > 0""",
    "swept": "UPDATE delivery_heartbeat SET beat_at = {at} - interval '40 seconds'",
    "is_written_down": "DELETE FROM audit_entry WHERE verb = 'alert.published'",
    "two_people": """
        SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE alerts_alert DISABLE TRIGGER USER;
        UPDATE alerts_alert SET edited_by_id = approved_by_id WHERE approved_by_id IS NOT NULL""",
    rounds.CHAIN: "UPDATE audit_entry SET user_name = 'Nobody' WHERE position = 2",
}


@pytest.fixture
def told(cast, sandbox, at):
    """An alert that was taken back, and one to the public: everybody has their messages, beat has just looked."""
    alert = published(cast.avery, at)
    fanout.fan_out(alert.notice_id, at=at)
    for channel in ("sms", "email"):
        sending.send_due(channel)
    actor = cast.avery.actor(at)
    actions.publish(actor, actions.start_cancel(actor, alert, Ending.ERROR, at=at), key="error", at=at)
    public(cast.avery, cast.sam, at)
    for notice in Notice.objects.filter(fanned_out_at=None):
        fanout.fan_out(notice.pk, at=at)
    for channel in ("sms", "email"):
        sending.send_due(channel)
    sweep.beat("sweep", at=at)
    assert Delivery.objects.filter(state="sent", notice__follows__len=1).exists()


def test_each_broken_promise_is_found_by_its_name(told, at):
    later = at + timedelta(seconds=5)
    first = rounds.hold(at=later)
    assert first.broken == {}
    # A mail of the day that failed is shown where it is made: tests/preferences/test_digest.py.
    assert set(BREAKS) | {"day_is_told"} == {one.name for one in rounds.INVARIANTS} | {rounds.CHAIN}

    for name, statements in BREAKS.items():
        with transaction.atomic():
            Round.objects.update(head_position=0)
            with as_owner() as cursor:
                cursor.execute(statements.format(at=f"'{later.isoformat()}'::timestamptz"))
            assert name in rounds.hold(at=later + timedelta(seconds=1)).broken
            transaction.set_rollback(True)


def test_what_nobody_knew_may_turn_out_to_have_been_taken_once_more(told, at):
    with as_owner() as cursor:
        cursor.execute(BREAKS["taken_once"].format(at=f"'{at.isoformat()}'::timestamptz"))
    assert "taken_once" in rounds.hold(at=at + timedelta(seconds=5)).broken

    Attempt.objects.filter(number=1).update(detail="TimeoutError")

    assert "taken_once" not in rounds.hold(at=at + timedelta(seconds=6)).broken


def test_staff_are_told_when_something_breaks_and_when_it_is_mended(told, cast, at, client):
    rounds.hold(at=at)
    sweep.beat("sweep", at=at - timedelta(minutes=5))
    for minute in (1, 2):
        rounds.hold(at=at + timedelta(minutes=minute))
    sweep.beat("sweep", at=at + timedelta(minutes=3))
    rounds.hold(at=at + timedelta(minutes=3))
    letters = Letter.objects.filter(address=cast.nadia.email).order_by("pk")
    assert [letter.subject.split("] ")[1] for letter in letters] == [
        "The auditor found something that must not be", "The auditor: all holds again",
    ]  # fmt: skip

    page = let_in(client, cast.nadia).get(reverse("auditor:latest")).content.decode()
    assert "no channel stands still" in page


def test_a_resident_who_left_needs_no_correction(told, cast, at):
    """Where it went is forgotten with them: docs/residents.md."""
    public = Alert.objects.get(scope="Public", state="published")
    forgetting.stop("sms", cast.rosa.phone, at=at, by_text=True)
    avery = cast.avery.actor(at)
    over = actions.publish(avery, actions.start_cancel(avery, public, Ending.ERROR, at=at), key="over", at=at)
    fanout.fan_out(over.notice_id, at=at)

    gone = Delivery.objects.filter(notice=public.notice_id, recipient__kind="resident", channel="sms")
    assert [one.address for one in gone] == [f"gone:{one.pk}" for one in gone] != []
    assert rounds.hold(at=at + timedelta(seconds=5)).broken == {}


def test_the_outside_hears_only_that_all_is_well(told, at, settings, monkeypatch):
    asked = []

    async def answer(method, url, **_more):
        asked.append((method, url))
        return outbound.Answer(200, {}, b"")

    monkeypatch.setattr(outbound, "request", answer)
    settings.DEADMAN_URL = "https://deadman.example/city"
    assert rounds.ping(rounds.hold(at=at), at=at)
    sweep.beat("sweep", at=at - timedelta(minutes=5))
    assert not rounds.ping(rounds.hold(at=at + timedelta(minutes=1)), at=at)
    assert asked == [("GET", "https://deadman.example/city")]
    assert [bool(one.pinged_at) for one in Round.objects.all()] == [False, True]
