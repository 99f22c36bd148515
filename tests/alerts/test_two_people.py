"""What the public hears has two authors; what only ends it may have one."""

from datetime import timedelta

import pytest

from cityalert.alerts import actions, queries
from cityalert.alerts.actions.approving import SamePerson
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.releasing import ChangedSince, SecondPersonNeeded
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.readiness import MayNotAlertPublic, NotReady
from cityalert.audit.queries import timeline
from cityalert.delivery.models import Notice
from partners.roles import Role
from tests.alerts.writing import draft, public
from tests.cast import Cast


def submitted(cast: Cast, at) -> Alert:
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    return actions.submit(cast.avery.actor(at), alert, at=at)


def test_one_submits_the_other_approves_and_residents_are_told(cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)

    assert alert.state == "published"
    assert alert.submitted_by == cast.avery.user
    assert alert.approved_by == cast.sam.user
    assert alert.notice.recipients.filter(kind="resident", subscriber=cast.rosa.subscriber).exists()
    assert [entry.verb for entry in timeline(alert)] == [
        "alert.drafted", "alert.submitted", "alert.approved", "alert.published",
    ]  # fmt: skip


def test_approving_twice_publishes_once(cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)

    assert actions.approve(cast.sam.actor(at), alert, at=at).pk == alert.pk
    assert Notice.objects.count() == 1


def test_the_submitter_cannot_approve(cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.sam.actor(at), alert, at=at)

    with pytest.raises(SamePerson):
        actions.approve(cast.sam.actor(at), alert, at=at)


def test_the_last_editor_cannot_approve(cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.edit(cast.sam.actor(at), alert, {"area_desc": "Queen and Bay"}, at=at)
    actions.submit(cast.avery.actor(at), alert, at=at)

    with pytest.raises(SamePerson):
        actions.approve(cast.sam.actor(at), alert, at=at)


@pytest.mark.parametrize("name", ["avery", "corin", "otto", "nadia"])
def test_only_an_approver_of_the_same_partner_approves(cast: Cast, at, name):
    alert = submitted(cast, at)

    with pytest.raises(MayNot):
        actions.approve(getattr(cast, name).actor(at), alert, at=at)


def test_a_draft_nobody_submitted_cannot_be_approved(cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")

    with pytest.raises(NotAllowed, match="submitted"):
        actions.approve(cast.sam.actor(at), alert, at=at)


def test_an_edit_voids_the_submission(cast: Cast, at):
    alert = submitted(cast, at)

    alert = actions.edit(
        cast.avery.actor(at), alert, {"words": {"fr": {"instruction": "Restez chez vous."}}}, at=at
    )

    assert (alert.state, alert.submitted_by, alert.submitted_hash) == ("draft", None, "")
    assert timeline(alert).last().facts["approval_voided"] is True
    with pytest.raises(NotAllowed):
        actions.approve(cast.sam.actor(at), alert, at=at)


def test_saving_what_is_there_already_voids_nothing(cast: Cast, at):
    alert = submitted(cast, at)

    alert = actions.edit(cast.sam.actor(at), alert, {"area_desc": " King St W  and Bay St"}, at=at)

    assert alert.state == "pending"
    assert actions.approve(cast.sam.actor(at), alert, at=at).state == "published"


def test_what_was_changed_behind_our_back_is_not_approved(cast: Cast, at):
    alert = submitted(cast, at)
    Info.objects.filter(alert=alert, language="en").update(headline="Something else")

    with pytest.raises(ChangedSince):
        actions.approve(cast.sam.actor(at), alert, at=at)


def test_it_is_returned_with_a_reason(cast: Cast, at):
    alert = submitted(cast, at)

    with pytest.raises(NotUsable):
        actions.return_to_author(cast.sam.actor(at), alert, " ", at=at)
    alert = actions.return_to_author(cast.sam.actor(at), alert, "Say which entrance", at=at)

    assert alert.state == "draft"
    assert timeline(alert).last().facts["reason"] == "Say which entrance"


def test_the_submitter_takes_it_back_others_do_not(cast: Cast, at):
    alert = submitted(cast, at)
    with pytest.raises(MayNot):
        actions.return_to_author(cast.corin.actor(at), alert, "x", at=at)

    assert actions.return_to_author(cast.avery.actor(at), alert, "", at=at).state == "draft"


def test_what_waits_is_shown_to_those_who_could_approve(cast: Cast, at):
    alert = submitted(cast, at)

    assert list(queries.awaiting(cast.sam.actor(at))) == [alert]
    assert list(queries.awaiting(cast.avery.actor(at))) == []
    assert list(queries.awaiting(cast.otto.actor(at))) == []


def test_a_partner_that_may_not_alert_the_public_does_not(cast: Cast, at):
    dana = cast.join("dana", cast.bao.partner, role=Role.PUBLISHER)
    alert = draft(dana, at, scope="Public", tlp="CLEAR")

    with pytest.raises(MayNotAlertPublic):
        actions.submit(dana.actor(at), alert, at=at)


def test_what_is_marked_for_few_does_not_go_to_all(cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="AMBER")

    with pytest.raises(NotReady) as refused:
        actions.submit(cast.avery.actor(at), alert, at=at)
    assert refused.value.field == "tlp"


def test_an_exercise_marked_public_needs_one_person_for_it_reaches_no_resident(cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", status="Exercise", exercise_note="Autumn drill")

    alert = actions.publish(cast.avery.actor(at), alert, key="one", at=at)

    assert not alert.notice.recipients.filter(kind="resident").exists()
    assert alert.notice.is_exercise


def test_a_public_update_takes_two_again(cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)
    later = at + timedelta(minutes=5)
    update = actions.start_update(cast.avery.actor(later), alert, at=later)

    with pytest.raises(SecondPersonNeeded):
        actions.publish(cast.avery.actor(later), update, key="one", at=later)
    with pytest.raises(NotUsable) as refused:
        actions.edit(cast.avery.actor(later), update, {"scope": "Restricted"}, at=later)
    assert refused.value.field == "scope"
    actions.submit(cast.avery.actor(later), update, at=later)
    assert actions.approve(cast.sam.actor(later), update, at=later).state == "published"


def test_a_public_cancel_goes_out_single_handed(cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)
    later = at + timedelta(minutes=5)

    cancel = actions.start_cancel(cast.avery.actor(later), alert, at=later)
    cancel = actions.publish(cast.avery.actor(later), cancel, key="one", at=later)

    assert cancel.state == "published"
    alert.refresh_from_db()
    assert alert.state == "cancelled"


def test_it_is_approved_now_and_sent_later_by_whoever_wrote_it(cast: Cast, at):
    alert = submitted(cast, at)

    alert = actions.approve(cast.sam.actor(at), alert, sends=False, at=at)
    assert (alert.state, alert.approved_by) == ("approved", cast.sam.user)
    assert not Notice.objects.exists()

    alert = actions.publish(cast.avery.actor(at), alert, key="one", at=at)
    assert alert.state == "published"
    assert [entry.verb for entry in timeline(alert)][-3:] == [
        "alert.submitted", "alert.approved", "alert.published",
    ]  # fmt: skip


def test_what_was_approved_is_sent_word_for_word_or_not_at_all(cast: Cast, at):
    alert = actions.approve(cast.sam.actor(at), submitted(cast, at), sends=False, at=at)
    Info.objects.filter(alert=alert, language="en").update(headline="Something else")

    with pytest.raises(ChangedSince):
        actions.publish(cast.avery.actor(at), alert, key="one", at=at)

    Info.objects.filter(alert=alert, language="en").update(headline="Again")
    alert = actions.edit(cast.avery.actor(at), alert, {"area_desc": "Queen and Bay"}, at=at)
    assert (alert.state, alert.approved_by) == ("draft", None)


def test_what_is_rejected_stays_as_it_is_with_the_reason(cast: Cast, at):
    alert = submitted(cast, at)
    with pytest.raises(NotUsable):
        actions.reject(cast.sam.actor(at), alert, "  ", at=at)
    with pytest.raises(MayNot):
        actions.reject(cast.avery.actor(at), alert, "Mine", at=at)

    alert = actions.reject(cast.sam.actor(at), alert, "It is a film set", at=at)

    assert alert.state == "rejected"
    assert timeline(alert).last().facts["reason"] == "It is a film set"
    for act in (actions.submit, actions.approve):
        with pytest.raises(NotAllowed, match="rejected"):
            act(cast.sam.actor(at), alert, at=at)
