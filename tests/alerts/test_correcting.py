"""Update, cancel, expiry: what they replace, and that everyone who heard the first hears the last."""

from datetime import timedelta

import pytest

from cityalert.alerts import actions
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert
from cityalert.audit.models import Entry
from cityalert.audit.queries import timeline
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery
from tests.alerts.writing import draft, published
from tests.cast import EMPTY, Cast, rectangle

AROUND_THE_TOWER = rectangle(-79.3820, 43.6483, -79.3810, 43.6490)


def sent(alert: Alert, at) -> Alert:
    """As if every message had been handed over."""
    fanout.fan_out(alert.notice_id, at=at)
    Delivery.objects.filter(notice=alert.notice, state="queued").update(state="sent")
    return alert


def people(alert: Alert) -> set[str]:
    members = alert.notice.recipients.filter(kind="member")
    return {name.split(" ")[0].lower() for name in members.values_list("subscriber__user__name", flat=True)}


def release(person, alert: Alert, at) -> Alert:
    return actions.publish(person.actor(at), alert, key=str(alert.pk), at=at)


def test_an_update_starts_as_a_copy_that_references_what_it_will_replace(cast: Cast, at):
    alert = published(cast.avery, at)

    update = actions.start_update(cast.sam.actor(at), alert, at=at + timedelta(minutes=1))

    assert (update.msg_type, update.state, update.series) == ("Update", "draft", alert.series)
    assert list(update.references.all()) == [alert]
    assert update.area.equals(alert.area)
    assert update.infos.get(language="fr").headline == alert.infos.get(language="fr").headline
    assert update.edited_by == cast.sam.user


def test_a_narrowed_update_still_reaches_everyone_the_first_reached(cast: Cast, at):
    first = sent(published(cast.avery, at), at)
    later = at + timedelta(minutes=10)
    update = actions.start_update(cast.avery.actor(later), first, at=later)
    update = actions.edit(cast.avery.actor(later), update, {"shapes": AROUND_THE_TOWER}, at=later)

    update = release(cast.avery, update, later)

    assert people(update) == people(first) == {"corin", "vera", "bao", "noor", "nadia"}
    first.refresh_from_db()
    assert (first.state, first.ended_at) == ("updated", later)
    assert [entry.verb for entry in timeline(first)][-1] == "alert.updated"
    assert f"{first.pk}," in update.cap_xml


def test_a_cancel_reaches_whom_any_version_reached_and_nobody_else(cast: Cast, at):
    first = sent(published(cast.avery, at, shapes=AROUND_THE_TOWER), at)
    second = actions.start_update(cast.avery.actor(at), first, at=at)
    second = actions.edit(
        cast.avery.actor(at), second, {"shapes": rectangle(-79.3795, 43.643, -79.3785, 43.644)}, at=at
    )
    # Corin's second message had not left when the cancel came: he heard the first, and must hear the last.
    second = release(cast.avery, second, at)
    fanout.fan_out(second.notice_id, at=at)
    vera = Delivery.objects.filter(notice=second.notice, recipient__subscriber=cast.vera.subscriber)
    vera.update(state="sent")

    cancel = release(cast.avery, actions.start_cancel(cast.avery.actor(at), second, at=at), at)

    assert people(cancel) == {"corin", "vera"}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("updated", "cancelled")


def test_a_cancel_says_that_it_is_over_and_keeps_its_area_and_audience(cast: Cast, at):
    alert = published(cast.avery, at)
    cancel = actions.start_cancel(cast.avery.actor(at), alert, at=at)

    cancel = actions.edit(cast.avery.actor(at), cancel, {"shapes": EMPTY, "audience_kinds": ["venue"]}, at=at)

    assert cancel.area.equals(alert.area)
    assert cancel.audience_kinds == []
    assert (cancel.response_type, cancel.urgency) == ("AllClear", "Past")
    assert cancel.infos.get(language="en").instruction == "It is over. There is nothing more you need to do."


def test_a_cancel_goes_out_though_the_partner_lost_its_jurisdiction(cast: Cast, at):
    alert = published(cast.avery, at)
    cast.avery.partner.jurisdiction = None
    cast.avery.partner.save()

    cancel = release(cast.avery, actions.start_cancel(cast.avery.actor(at), alert, at=at), at)

    assert cancel.state == "published"


def test_of_two_who_update_the_same_alert_the_second_is_told(cast: Cast, at):
    alert = published(cast.avery, at)
    averys = actions.start_update(cast.avery.actor(at), alert, at=at)
    sams = actions.start_update(cast.sam.actor(at), alert, at=at)
    release(cast.avery, averys, at)

    with pytest.raises(NotAllowed, match="already updated"):
        release(cast.sam, sams, at)

    sams.refresh_from_db()
    assert sams.state == "draft"
    with pytest.raises(NotAllowed):
        actions.start_update(cast.sam.actor(at), alert, at=at)
    assert list(actions.start_update(cast.sam.actor(at), averys, at=at).references.all()) == [averys]


def test_pressing_update_twice_opens_one_draft(cast: Cast, at):
    alert = published(cast.avery, at)

    assert actions.start_update(cast.avery.actor(at), alert, at=at) == actions.start_update(
        cast.avery.actor(at), alert, at=at
    )


def test_what_is_cancelled_cannot_be_corrected_again(cast: Cast, at):
    alert = published(cast.avery, at)
    cancel = release(cast.avery, actions.start_cancel(cast.avery.actor(at), alert, at=at), at)

    for over in (alert, cancel):
        with pytest.raises(NotAllowed):
            actions.start_cancel(cast.avery.actor(at), over, at=at)


def test_a_draft_is_not_updated_but_edited(cast: Cast, at):
    with pytest.raises(NotAllowed):
        actions.start_update(cast.avery.actor(at), draft(cast.avery, at), at=at)


def test_an_update_of_an_exercise_stays_one(cast: Cast, at):
    drill = published(cast.avery, at, status="Exercise", exercise_note="Autumn drill")
    update = actions.start_update(cast.avery.actor(at), drill, at=at)

    update = actions.edit(cast.avery.actor(at), update, {"status": "Actual", "area_desc": "x"}, at=at)

    assert update.status == "Exercise"


@pytest.mark.parametrize("name", ["corin", "pim", "otto"])
def test_whoever_may_not_publish_may_not_correct(cast: Cast, at, name):
    alert = published(cast.avery, at)

    with pytest.raises(MayNot):
        actions.start_cancel(getattr(cast, name).actor(at), alert, at=at)


def test_what_ran_out_is_ended_once(cast: Cast, at):
    alert = published(cast.avery, at, expires_at=at + timedelta(minutes=30))
    published(cast.avery, at)

    assert actions.expire_due(at=at + timedelta(minutes=29)) == 0
    assert actions.expire_due(at=at + timedelta(minutes=30)) == 1
    assert actions.expire_due(at=at + timedelta(minutes=31)) == 0

    alert.refresh_from_db()
    assert (alert.state, alert.ended_at) == ("expired", at + timedelta(minutes=30))
    entry = Entry.objects.get(verb="alert.expired")
    assert (entry.object_id, entry.user_id) == (str(alert.pk), None)


def test_what_ran_out_and_was_wrong_can_still_be_cancelled(cast: Cast, at):
    alert = sent(published(cast.avery, at, expires_at=at + timedelta(minutes=30)), at)
    later = at + timedelta(hours=1)
    actions.expire_due(at=later)

    cancel = release(cast.avery, actions.start_cancel(cast.avery.actor(later), alert, at=later), later)

    assert people(cancel) == people(alert)
    assert cancel.expires_at > later
