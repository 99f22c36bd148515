"""Drills: planned once, held at their time and once, stopped, measured; for those who were chosen."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cityalert.alerts import actions as alerts
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert
from cityalert.alerts.templates import Template
from cityalert.audit.queries import timeline
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery, Notice, Recipient
from cityalert.exercises import announcing, holding, planning
from cityalert.exercises.models import Drill, Run
from cityalert.exercises.planning import NotPlannable
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from partners.roles import Role
from tests.cast import Cast
from tests.door import let_in
from tests.exercises.drills import TORONTO, answered, planned


@pytest.fixture
def drill(cast: Cast, at) -> Drill:
    return planned(cast.avery, at, cast.corin.partner.pk, cast.noor.partner.pk)


def told(run: Run) -> set[int]:
    heard = Recipient.objects.filter(notice=run.alert.notice_id, kind="member")
    return set(heard.values_list("subscriber__user", flat=True))


def test_it_starts_at_its_time_once_and_for_those_who_were_chosen(cast: Cast, drill, at):
    due = drill.next_at
    assert holding.start_due(due - timedelta(seconds=1)) == 0

    assert [
        holding.start_due(due),
        holding.start_due(due),
        holding.start_due(due + timedelta(minutes=1)),
    ] == [1, 0, 0]

    run = Run.objects.get()
    assert (run.planned_for, run.started_at, run.alert.status) == (due, due, "Exercise")
    assert told(run) == {cast.corin.user.pk, cast.noor.user.pk}
    assert run.alert.expires_at == due + timedelta(minutes=30)
    drill.refresh_from_db()
    assert drill.next_at.astimezone(TORONTO).time() == drill.wall_time
    assert timedelta(days=6) < drill.next_at - due < timedelta(days=8)
    assert [entry.verb for entry in timeline(drill)] == ["drill.planned", "drill.started"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(drill=drill, partner=drill.partner, planned_for=due)


def test_a_crash_while_it_starts_leaves_nothing_and_the_next_round_starts_it(cast: Cast, drill, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(holding, "record", lambda *_args, **_facts: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            holding.start_due(drill.next_at)
    assert (Run.objects.count(), Alert.objects.count(), Notice.objects.count()) == (0, 0, 0)

    assert holding.start_due(drill.next_at) == 1
    assert Alert.objects.get().state == "published"


def test_what_keeps_it_from_starting_is_said_and_holds_nothing_else_up(cast: Cast, at, drill, monkeypatch):
    late = drill.next_at + holding.GRACE + timedelta(seconds=1)
    holding.start_due(late)
    assert "Nothing ran when it was due" in Run.objects.get().skipped_because
    drill.refresh_from_db()
    cast.avery.membership.is_active = False
    cast.avery.membership.save()
    holding.start_due(drill.next_at)
    assert "may not hold drills any more" in Run.objects.first().skipped_because
    cast.avery.membership.is_active = True
    cast.avery.membership.save()
    drill.refresh_from_db()
    monkeypatch.setattr(alerts, "send_exercise", lambda *_args, **_more: 1 / 0)
    holding.start_due(drill.next_at)
    assert "fault" in Run.objects.first().skipped_because
    assert not Alert.objects.exists()
    assert not Run.objects.exclude(alert=None).exists()


def test_those_who_take_part_hear_beforehand_once(cast: Cast, at):
    drill = planned(cast.avery, at, cast.corin.partner.pk, announce_min=15)
    assert drill.next_at
    near = drill.next_at - timedelta(minutes=15)
    assert announcing.announce_due(near - timedelta(seconds=1)) == 0

    assert [announcing.announce_due(near), announcing.announce_due(near)] == [1, 0]

    notice = Notice.objects.get()
    assert notice.is_exercise
    assert notice.texts["en"]["sms"].startswith("EXERCISE - EXERCISE: A drill is planned: Autumn check")
    assert notice.texts["fr"]["subject"].startswith("[EXERCICE] ")
    assert [one.subscriber for one in notice.recipients.all()] == [cast.corin.subscriber]
    holding.start_due(drill.next_at)
    assert Run.objects.get().alert


def test_calling_off_tells_those_it_was_announced_to_and_nobody_when_it_was_not(cast: Cast, at):
    drill = planned(cast.avery, at, cast.corin.partner.pk, cast.noor.partner.pk, announce_min=15)
    assert drill.next_at
    announcing.announce_due(drill.next_at - timedelta(minutes=15))
    announced = Notice.objects.get()
    fanout.fan_out(announced.pk, at=announced.posted_at)
    Delivery.objects.filter(recipient__subscriber=cast.corin.subscriber).update(state="sent")
    cast.join("late", cast.corin.partner)  # after the announcement

    planning.call_off(cast.sam.actor(at), drill, at=at)

    told_off = Notice.objects.exclude(pk=announced.pk).get()
    assert [one.subscriber for one in told_off.recipients.all()] == [
        cast.corin.subscriber
    ]  # Noor never heard
    assert set(Delivery.objects.filter(recipient__subscriber=cast.noor.subscriber).values_list("state")) == {
        ("superseded",)
    }
    assert told_off.is_exercise
    assert told_off.texts["en"]["sms"].startswith("EXERCISE - EXERCISE: A drill was called off: Autumn check")
    assert told_off.texts["fr"]["subject"] == "[EXERCICE] Un exercice a été décommandé\xa0: Autumn check"
    assert Run.objects.get().skipped_because == "It was called off."

    quiet = planned(cast.avery, at, cast.corin.partner.pk)
    planning.call_off(cast.avery.actor(at), quiet, at=at)
    assert Notice.objects.count() == 2
    for one, is_told in ((drill, True), (quiet, False)):
        assert timeline(one).get(verb="drill.called_off").facts["told"] is is_told


def test_who_may_alert_nowhere_practises_with_its_own_people(cast: Cast, at):
    ada = cast.join("ada", cast.corin.partner, Role.ADMINISTRATOR)
    for others in ((cast.noor.partner.pk,), (ada.partner.pk, cast.avery.partner.pk)):
        with pytest.raises(NotPlannable, match="Choose again"):
            planned(ada, at, *others)

    drill = planned(ada, at, ada.partner.pk)
    holding.start_due(drill.next_at)

    run = Run.objects.get()
    assert told(run) == {ada.user.pk, cast.corin.user.pk}
    assert set(run.alert.notice.recipients.values_list("partner", flat=True)) == {ada.partner.pk}
    assert run.alert.area.contains(cast.corin.site.location)
    # What is real still needs a place where one may alert; and so does a list that grew behind our back.
    Drill.objects.update(invited_partners=[ada.partner.pk, cast.noor.partner.pk])
    drill.refresh_from_db()
    holding.start_due(drill.next_at)
    assert "no area where it may alert" in Run.objects.first().skipped_because
    ada.partner.sites.update(archived_at=at)
    with pytest.raises(NotPlannable, match="add a site"):
        planned(ada, at, ada.partner.pk)


def test_stopping_tells_everybody_who_heard_it(cast: Cast, drill):
    holding.start_due(drill.next_at)
    run, later = Run.objects.get(), drill.next_at + timedelta(minutes=1)
    Recipient.objects.update(seen_at=later)

    holding.stop(cast.sam.actor(later), run, at=later)

    end = Alert.objects.get(msg_type="Cancel")
    assert set(end.notice.recipients.values_list("subscriber__user", flat=True)) - {None} == told(run)
    with pytest.raises(NotAllowed):
        holding.stop(cast.sam.actor(later), run, at=later)


def test_who_may_plan_and_what_is_refused(cast: Cast, at):
    tower = cast.corin.partner.pk
    with pytest.raises(NotThere):
        planned(cast.corin, at, cast.corin.partner.pk)  # an operator
    assert planned(cast.bao, at, tower).partner == cast.bao.partner  # an administrator
    refused = {
        "name": {"name": " "},
        "en_headline": {"words": {"en": {"headline": "This is NOT a drill"}, "fr": {}}},
        "invited_partners": {"invited_partners": []},
        "first_on": {"rhythm": "once", "first_on": date(2020, 1, 1)},
        "zone": {"zone": "Mars/Olympus"},
    }
    for field, wrong in refused.items():
        with pytest.raises(NotPlannable) as refusal:
            planned(cast.avery, at, tower, **wrong)
        assert refusal.value.field == field
    with pytest.raises(NotPlannable):
        planned(cast.bao, at, cast.otto.partner.pk)  # far from its district


def test_a_drill_takes_its_words_from_a_template_with_its_blanks_filled_in(client, cast: Cast):
    said = {
        "en": {
            "headline": "Check at [place]",
            "instruction": "Say that you have it.",
            "description": "By [name].",
        },
        "fr": {"headline": "Essai à [place]", "instruction": "Confirmez.", "description": "Par [name]."},
    }
    template = Template.objects.create(
        key="check", partner=cast.avery.partner, name="A check", name_fr="Un essai", event="other", category="Other",
        response_type="Monitor", urgency="Future", severity=1, certainty="Likely", scope="Restricted", tlp="GREEN",
        lasts_min=60, words=said, locked=["headline"],
    )  # fmt: skip
    template.pk, template.key, template.partner = None, "theirs", cast.bao.partner
    template.save()
    template = Template.objects.get(key="check")
    avery, address = let_in(client, cast.avery), reverse("exercises:plan")
    part = avery.get(address, {"template": "check"}, headers={"HX-Request": "true"}).content.decode()
    assert "Check at [place]" in part
    assert "blank_fr_1" in part
    assert "<html" not in part

    day = (clock.now() + timedelta(days=1)).astimezone(TORONTO).date()
    typed = {
        "name": "Winter check", "status": "Exercise", "severity": "3", "lasts_min": "30", "rhythm": "once",
        "first_on": day.isoformat(), "wall_time": "10:00", "zone": "America/Toronto", "announce_min": "0",
        "invited_partners": [str(cast.corin.partner.pk)], "template": "check", "blank_en_0": "City Hall [1]",
    }  # fmt: skip
    wanting = avery.post(address, typed)
    assert (wanting.status_code, "[name]" in wanting.content.decode()) == (422, True)
    assert "City Hall [1]" in wanting.content.decode()
    assert avery.post(address, {**typed, "template": "theirs"}).status_code == 422
    poses = avery.post(address, {**typed, "blank_en_1": "us. This is not a drill"})
    assert (poses.status_code, "“not a drill”" in poses.content.decode()) == (422, True)
    avery.post(address, {**typed, "blank_en_1": "the police", "blank_fr_0": "l’hôtel de ville"})

    drill = Drill.objects.get()
    Template.objects.filter(pk=template.pk).update(ended_at=clock.now())
    assert "A check" in avery.get(reverse("exercises:drill", args=[drill.pk])).content.decode()
    avery.post(reverse("exercises:start", args=[drill.pk]))
    alert = Alert.objects.get()
    assert (alert.template, alert.blanks["fr"]) == (template, {"place": "l’hôtel de ville"})
    assert [(info.headline, info.description) for info in alert.infos.order_by("language")] == [
        ("Check at City Hall (1)", "By the police."),
        ("Essai à l’hôtel de ville", "Par the police."),
    ]


def test_a_drill_on_the_pages_from_the_plan_to_the_file(client, cast: Cast):
    avery, at = let_in(client, cast.avery), clock.now()
    day = (at + timedelta(days=1)).astimezone(TORONTO).date()
    typed = {
        "name": "Winter check", "status": "Exercise", "severity": "3", "lasts_min": "30", "rhythm": "monthly",
        "first_on": day.isoformat(), "wall_time": "10:00", "zone": "America/Toronto", "announce_min": "0",
        "en_headline": "This is not a drill", "fr_headline": "", "invited_partners": [str(cast.corin.partner.pk)],
        "invited_members": [str(cast.sam.membership.pk)],
    }  # fmt: skip
    page = avery.post(reverse("exercises:plan"), typed)
    assert (page.status_code, "“not a drill”" in page.content.decode()) == (422, True)
    assert 'value="Winter check"' in page.content.decode()
    planned_ = avery.post(reverse("exercises:plan"), {**typed, "en_headline": "Winter check"})
    drill = Drill.objects.get()
    assert planned_["Location"] == reverse("exercises:drill", args=[drill.pk])

    held = avery.post(reverse("exercises:start", args=[drill.pk]))["Location"]
    run = Run.objects.get()
    answered(run, (cast.corin, 65))
    shown = avery.get(held).content.decode()
    assert all(
        word in shown for word in ("Going on", "1:05", "<polyline", "Stop the drill", cast.sam.user.name)
    )
    table = avery.get(reverse("exercises:csv", args=[run.pk])).content.decode("utf-8-sig").splitlines()
    assert table[1].startswith("King Bay Tower,Corin Walsh,65,Screen,")
    assert "gone" in table[2]
    for name in ("list", "drill"):
        address = reverse(f"exercises:{name}", args=[drill.pk] if name == "drill" else [])
        assert "50 %" in avery.get(address).content.decode()
    avery.post(reverse("exercises:stop", args=[run.pk]))
    avery.post(reverse("exercises:call_off", args=[drill.pk]))
    drill.refresh_from_db()
    assert (drill.next_at, Run.objects.get().stopped_by) == (None, cast.avery.user)

    for outsider in (cast.otto, cast.corin):
        let_in(client, outsider)
        for name, key in (("drill", drill.pk), ("run", run.pk), ("csv", run.pk)):
            assert client.get(reverse(f"exercises:{name}", args=[key])).status_code == 404
