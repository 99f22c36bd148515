"""An exercise or a test goes to a list somebody chose, and to nobody else; it never becomes real."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from cityalert.alerts import actions, targeting
from cityalert.alerts.actions.writing import NotUsable
from cityalert.alerts.models import Alert
from cityalert.alerts.readiness import NotReady, PosesAsReal
from cityalert.delivery.models import Notice, Recipient
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from tests.alerts.writing import WORDS, draft, published
from tests.cast import FAR_AWAY, Cast, assemble
from tests.door import let_in

NOT_REAL = {"status": "Exercise", "exercise_note": "Autumn drill"}


def told(alert: Alert) -> set[tuple]:
    return set(
        Recipient.objects.filter(notice=alert.notice_id).values_list("kind", "partner", "subscriber__user")
    )


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_those_who_were_chosen_hear_it_wherever_they_are_and_nobody_else(cast: Cast, at, status):
    mall, avery = cast.otto.partner, cast.avery
    drill = published(
        cast.avery, at, status=status, exercise_note="Autumn drill", scope="Public", tlp="CLEAR",
        invited_partners=[mall.pk], invited_members=[avery.membership.pk],
    )  # fmt: skip

    assert told(drill) == {
        ("screen", mall.pk, None), ("member", mall.pk, cast.otto.user.pk), ("member", avery.partner.pk, avery.user.pk)
    }  # fmt: skip


def test_without_a_list_it_does_not_go_out(cast: Cast, at):
    drill = draft(cast.avery, at, **NOT_REAL, invited_partners=[])

    with pytest.raises(NotReady) as refused:
        actions.publish(cast.avery.actor(at), drill, key="one", at=at)
    assert refused.value.field == "invited_partners"


def test_only_whom_one_may_name_anyway_can_be_chosen(cast: Cast, at):
    """Bao's association may alert its own district; Otto's mall is far away, and another's people are not his."""
    office = draft(cast.avery, at).partner
    drill = actions.create_draft(cast.sam.actor(at), None, at=at)
    with pytest.raises(NotUsable):
        actions.edit(
            cast.sam.actor(at), drill, {**NOT_REAL, "invited_members": [cast.corin.membership.pk]}, at=at
        )
    bia = cast.join("bea", cast.bao.partner, "publisher")
    drill = actions.create_draft(bia.actor(at), None, at=at)
    with pytest.raises(NotUsable) as refused:
        actions.edit(bia.actor(at), drill, {**NOT_REAL, "invited_partners": [cast.otto.partner.pk]}, at=at)
    assert refused.value.field == "invited_partners"
    actions.edit(
        bia.actor(at), drill, {**NOT_REAL, "invited_partners": [cast.corin.partner.pk, office.pk]}, at=at
    )


def test_what_is_real_forgets_the_list(cast: Cast, at):
    drill = draft(cast.avery, at, **NOT_REAL)

    real = actions.edit(cast.avery.actor(at), drill, {"status": "Actual"}, at=at)

    assert (real.invited_partners, real.invited_members) == ([], [])


@pytest.mark.parametrize("field", ["headline", "instruction", "description"])
def test_an_exercise_that_poses_as_real_is_refused_with_a_sentence(cast: Cast, at, field):
    words = {"en": {**WORDS["en"], field: "Тhis is NОT a dri11"}, "fr": WORDS["fr"]}
    drill = draft(cast.avery, at, **NOT_REAL, words=words)

    with pytest.raises(PosesAsReal) as refused:
        actions.publish(cast.avery.actor(at), drill, key="one", at=at)
    assert (refused.value.field, "“not a drill”" in str(refused.value)) == (f"en_{field}", True)
    # The same words are a real alert's to say.
    real = draft(cast.avery, at, words=words)
    assert actions.publish(cast.avery.actor(at), real, key="two", at=at).published_at


def test_the_page_offers_the_list_and_keeps_what_was_chosen(client, cast: Cast, at):
    drill = draft(cast.avery, at, **NOT_REAL, invited_partners=[cast.corin.partner.pk])

    page = let_in(client, cast.avery).get(reverse("alerts:compose", args=[drill.pk])).content.decode()

    assert f'name="invited_partners" value="{cast.corin.partner.pk}" checked' in page
    assert f'name="invited_members" value="{cast.sam.membership.pk}"' in page
    assert cast.corin.user.name not in page  # other partners' people are theirs to know


def test_postgresql_keeps_apart_what_is_real_and_what_is_not(cast: Cast, at):
    drill, real = published(cast.avery, at, **NOT_REAL), published(cast.avery, at)
    update = actions.start_update(cast.avery.actor(at), drill, at=at)
    notice = drill.notice
    assert notice
    attempts = {
        "an update that turns real": lambda: Alert.objects.filter(pk=update.pk).update(
            status="Actual", invited_partners=[], invited_members=[]
        ),
        "a real alert that refers to it": lambda: draft(cast.avery, at).references.add(drill),
        "a real series joined": lambda: Alert.objects.filter(pk=update.pk).update(series=real.series),
        "a list for what is real": lambda: Alert.objects.filter(pk=draft(cast.avery, at).pk).update(
            invited_partners=[cast.corin.partner.pk]
        ),
        "an exercise without a list": lambda: Alert.objects.filter(pk=update.pk).update(
            state="published", published_at=at, notice=_spare(drill), invited_partners=[]
        ),
        "a resident among those told": lambda: Recipient.objects.create(
            notice=notice, kind="resident", subscriber=cast.rosa.subscriber, token="abcdefghijkl"
        ),
        "an exercise said to be real": lambda: Notice.objects.filter(pk=notice.pk).update(is_exercise=False),
    }
    for what, attempt in attempts.items():
        assert is_refused(attempt), what


def is_refused(attempt) -> bool:
    try:
        with transaction.atomic():
            attempt()
    except IntegrityError:
        return True
    return False


def _spare(drill: Alert) -> Notice:
    assert drill.notice
    notice = Notice.objects.get(pk=drill.notice.pk)
    notice.pk, notice.key = None, "spare"
    notice.save(force_insert=True)
    return notice


class Drill(RuleBasedStateMachine):
    """One exercise, edited, corrected, ended and joined late by chance."""

    @initialize(status=st.sampled_from(["Exercise", "Test"]))
    def begin(self, status):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast, self.at, self.keys = assemble(), clock.now(), count()
        self.status = status
        self.chosen = [self.cast.corin.partner.pk, self.cast.noor.partner.pk]
        self.alert = published(
            self.cast.avery, self.at, status=status, exercise_note="Drill", scope="Public", tlp="CLEAR",
            invited_partners=self.chosen,
        )  # fmt: skip

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(
        changes=st.fixed_dictionaries(
            {},
            optional={
                "status": st.sampled_from(["Actual", "Exercise", "Test"]),
                "scope": st.sampled_from(["Public", "Restricted"]),
                "shapes": st.just(FAR_AWAY),
                "audience_roles": st.just(["analyst", "operator"]),
                "audience_margin_m": st.just(5000),
                "invited_partners": st.just([]),
            },
        )
    )
    def correct(self, changes):
        self.at += timedelta(minutes=1)
        avery = self.cast.avery.actor(self.at)
        try:
            with transaction.atomic():
                update = actions.start_update(avery, self.alert, at=self.at)
                update = actions.edit(avery, update, changes, at=self.at)
                self.alert = actions.publish(avery, update, key=f"k{next(self.keys)}", at=self.at)
        except Refusal:
            pass

    @rule()
    def end(self):
        avery = self.cast.avery.actor(self.at)
        try:
            with transaction.atomic():
                cancel = actions.start_cancel(avery, self.alert, at=self.at)
                self.alert = actions.publish(avery, cancel, key=f"k{next(self.keys)}", at=self.at)
        except Refusal:
            pass

    @rule()
    def somebody_comes_late(self):
        number = next(self.keys)
        self.cast.join(f"late{number}", self.cast.corin.partner)
        self.cast.join(f"other{number}", self.cast.vera.partner)
        self.at += timedelta(minutes=2)
        Notice.objects.update(fanned_out_at=self.at)
        actions.catch_up(self.at)

    @invariant()
    def nobody_else_hears_it_and_it_stays_what_it_is(self):
        if not hasattr(self, "alert"):
            return
        series = Alert.objects.filter(series=self.alert.series)
        assert set(series.values_list("status", flat=True)) == {self.status}
        heard = Recipient.objects.filter(notice__in=series.exclude(notice=None).values("notice"))
        assert set(heard.values_list("partner", flat=True)) <= set(self.chosen)
        assert not heard.filter(kind="resident").exists()
        for one in series:
            audience = targeting.audience(one, self.at)
            assert audience.residents == ""
            with connection.cursor() as cursor:
                cursor.execute(audience.sql, audience.params)
                assert {row[0] for row in cursor.fetchall()} <= {"screen", "member"}


def test_whatever_is_done_to_it_nobody_outside_hears_an_exercise(db):
    few = settings(
        max_examples=4, stateful_step_count=7, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Drill, settings=few)
