"""A life of an alert by chance: three people press whatever they like, and the table of moves holds."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from cityalert.alerts import actions, lifecycle
from cityalert.alerts.approvals import SingleSend
from cityalert.alerts.lifecycle import UNSAID, Act, State
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import Ending
from cityalert.audit.queries import timeline
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from tests.alerts.writing import draft, published
from tests.cast import Cast, assemble

people = st.sampled_from(["avery", "sam", "corin"])
ALONE = "A rifle on King Street, and nobody else is on shift."


class Life(RuleBasedStateMachine):
    """One public alert, from its draft on."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast, self.at, self.numbers = assemble(), clock.now(), count()
        self.id = draft(self.cast.avery, self.at, scope="Public", tlp="CLEAR").pk
        self.state = State.DRAFT

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def alert(self) -> Alert:
        return Alert.objects.get(pk=self.id)

    def press(self, act: Act, do, *others: State):
        """Either it is refused and nothing has changed, or it went where the table says."""
        before = len(timeline(self.alert))
        try:
            with transaction.atomic():
                do()
        except Refusal:
            assert self.alert.state == self.state
            assert len(timeline(self.alert)) == before
            return
        assert self.alert.state in {lifecycle.after(self.state, act), *others}
        self.state = State(self.alert.state)

    def another(self):
        return f"key {next(self.numbers)}"

    def actor(self, who):
        return getattr(self.cast, who).actor(self.at)

    @rule(who=people)
    def edit(self, who):
        said = {"area_desc": f"Corner {next(self.numbers)}"}
        self.press(Act.EDIT, lambda: actions.edit(self.actor(who), self.alert, said, at=self.at))

    @rule(who=people)
    def submit(self, who):
        self.press(Act.SUBMIT, lambda: actions.submit(self.actor(who), self.alert, at=self.at))

    @rule(who=people)
    def send_back(self, who):
        self.press(
            Act.RETURN, lambda: actions.return_to_author(self.actor(who), self.alert, "So", at=self.at)
        )

    @rule(who=people)
    def reject(self, who):
        self.press(Act.REJECT, lambda: actions.reject(self.actor(who), self.alert, "So", at=self.at))

    # A person who has approved may press again, and changes nothing.
    @precondition(lambda self: self.state in UNSAID - {State.APPROVED})
    @rule(who=people, sends=st.booleans())
    def approve(self, who, sends):
        self.press(
            Act.APPROVE,
            lambda: actions.approve(self.actor(who), self.alert, sends=sends, at=self.at),
            State.PUBLISHED,
        )

    @rule(who=people)
    def publish(self, who):
        self.press(
            Act.PUBLISH, lambda: actions.publish(self.actor(who), self.alert, key=self.another(), at=self.at)
        )

    @rule(who=people)
    def send_alone(self, who):
        self.press(
            Act.SEND_ALONE,
            lambda: actions.send_alone(self.actor(who), self.alert, ALONE, key=self.another(), at=self.at),
        )

    @rule(who=people)
    def discard_and_bring_back(self, who):
        self.press(Act.DISCARD, lambda: actions.discard(self.actor(who), self.alert, at=self.at))
        if self.alert.discarded_at:
            actions.restore(self.actor(who), self.alert, at=self.at)
            assert self.alert.state == State.DRAFT

    @rule(who=people)
    def update(self, who):
        def replace():
            newer = actions.start_update(self.actor(who), self.alert, at=self.at)
            actions.edit(self.actor(who), newer, {"area_desc": "Next corner"}, at=self.at)
            actions.submit(self.actor(who), newer, at=self.at)
            actions.approve(self.actor("sam"), newer, at=self.at)

        self.press(Act.UPDATE, replace)

    @rule(who=people, ending=st.sampled_from(Ending))
    def end(self, who, ending):
        def replace():
            last = actions.start_cancel(self.actor(who), self.alert, ending, at=self.at)
            actions.publish(self.actor(who), last, key=self.another(), at=self.at)

        self.press(Act.WITHDRAW if ending == Ending.ERROR else Act.CANCEL, replace)

    @rule(who=people)
    def archive(self, who):
        self.press(Act.ARCHIVE, lambda: actions.archive(self.actor(who), self.alert, "So", at=self.at))

    @precondition(lambda self: self.state == State.PUBLISHED)
    @rule()
    def expire(self):
        assert self.alert.expires_at
        later = self.alert.expires_at + timedelta(seconds=1)
        self.press(Act.EXPIRE, lambda: actions.expire(self.alert, at=later))

    @invariant()
    def two_stand_behind_what_is_out(self):
        alert = self.alert
        if alert.alone_reason:
            assert SingleSend.objects.filter(alert=alert, sent_by=self.cast.sam.user).exists()
        elif alert.state not in UNSAID:
            assert alert.approved_by_id not in {None, alert.submitted_by_id, alert.edited_by_id}
            assert alert.content_hash == alert.submitted_hash

    @invariant()
    def what_was_replaced_was_so_by_one_that_is_out(self):
        newer = Alert.objects.filter(references=self.id).exclude(state__in=UNSAID)
        assert newer.count() == (self.state in {State.UPDATED, State.CANCELLED, State.IN_ERROR})


def test_whatever_is_pressed_two_stand_behind_what_is_out(db):
    few = settings(
        max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Life, settings=few)


def test_postgresql_refuses_to_change_what_was_published(cast: Cast, at):
    alert = published(cast.avery, at)

    for change in ({"area_desc": "Elsewhere"}, {"severity": 4}, {"approved_by": cast.sam.user}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Alert.objects.filter(pk=alert.pk).update(**change)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Info.objects.filter(alert=alert).update(headline="Something else")
