"""Publishing: what is frozen, what is refused, once per key."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cityalert.alerts import actions
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.releasing import KeyReused, SecondPersonNeeded
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert
from cityalert.alerts.readiness import NotReady
from cityalert.alerts.targeting import AreaMissing
from cityalert.audit.models import Entry
from cityalert.audit.queries import timeline
from cityalert.delivery.models import Notice
from cityalert.geo.shapes import ShapeRefused
from cityalert.live.models import FeedEntry, FeedListener
from tests.alerts.writing import draft, published
from tests.cast import DOWNTOWN, FAR_AWAY, Cast


def told(alert: Alert) -> set[str]:
    return set(
        alert.notice.recipients.exclude(subscriber=None).values_list("subscriber__user__name", flat=True)
    )


def screens(alert: Alert) -> set[str]:
    return set(alert.notice.recipients.filter(kind="screen").values_list("partner__short_name", flat=True))


def test_a_restricted_alert_goes_to_the_partners_in_its_area(cast: Cast, at):
    alert = published(cast.avery, at)

    assert alert.state == "published"
    assert alert.published_at == at
    assert screens(alert) == {"King Bay", "Arena", "FD BIA", "Simcoe St", "City"}
    assert told(alert) == {"Corin Walsh", "Vera Kovács", "Bao Nguyen", "Noor Haddad", "Nadia Rahman"}


def test_what_was_published_is_frozen_shown_and_logged(cast: Cast, at):
    alert = published(cast.avery, at, severity=4, escalate_after_min=5)
    alert.refresh_from_db()

    assert alert.cap_xml.startswith("<alert")
    notice = Notice.objects.get()
    assert notice.topic == f"alert:{alert.pk}"
    assert notice.calls.get().next_at == at + timedelta(minutes=5)
    assert notice.texts["en"]["sms"].startswith("TPS: Armed person, King St W and Bay St. Lock your doors.")
    card = FeedEntry.objects.get().cards["fr"]
    assert card["headline"] == "Personne armée, rues King et Bay"
    assert card["severity"] == "extreme"
    listeners = set(FeedListener.objects.values_list("listener", flat=True))
    assert f"partner:{cast.avery.partner.pk}" in listeners  # its author sees it, though not told
    assert f"partner:{cast.otto.partner.pk}" not in listeners
    assert [entry.verb for entry in timeline(alert)] == ["alert.drafted", "alert.published"]


def test_the_same_key_publishes_once(cast: Cast, at):
    alert = draft(cast.avery, at)
    actor = cast.avery.actor(at)

    first = actions.publish(actor, alert, key="one", at=at)
    again = actions.publish(actor, alert, key="one", at=at + timedelta(seconds=5))

    assert again.pk == first.pk
    assert Notice.objects.count() == 1
    assert Entry.objects.filter(verb="alert.published").count() == 1


def test_the_same_key_with_the_same_content_in_another_draft_gives_the_first(cast: Cast, at):
    actor = cast.avery.actor(at)
    first = actions.publish(actor, draft(cast.avery, at), key="one", at=at)

    assert actions.publish(actor, draft(cast.avery, at), key="one", at=at).pk == first.pk
    assert Alert.objects.filter(state="published").count() == 1


def test_the_same_key_with_another_content_is_refused(cast: Cast, at):
    actor = cast.avery.actor(at)
    actions.publish(actor, draft(cast.avery, at), key="one", at=at)
    other = draft(cast.avery, at, words={"en": {"headline": "Something else"}})

    with pytest.raises(KeyReused) as refused:
        actions.publish(actor, other, key="one", at=at)

    assert refused.value.status == 422
    other.refresh_from_db()
    assert other.state == "draft"


def test_another_partner_may_use_the_same_key(cast: Cast, at):
    actions.publish(cast.avery.actor(at), draft(cast.avery, at), key="one", at=at)
    dana = cast.join("dana", cast.bao.partner, role="approver")

    alert = actions.publish(dana.actor(at), draft(dana, at), key="one", at=at)

    assert alert.partner == cast.bao.partner


def test_publishing_under_a_second_key_is_refused(cast: Cast, at):
    alert = published(cast.avery, at)

    with pytest.raises(NotAllowed, match="already been published"):
        actions.publish(cast.avery.actor(at), alert, key="another", at=at)


@pytest.mark.parametrize(
    ("data", "refusal", "field"),
    [
        ({"shapes": {}}, AreaMissing, "area"),
        ({"words": {}}, NotReady, "headline"),
        ({"area_desc": " \u200b"}, NotReady, "area_desc"),
        ({"status": "Exercise"}, NotReady, "exercise_note"),
    ],
)
def test_what_is_not_complete_is_not_published(cast: Cast, at, data, refusal, field):
    actor = cast.avery.actor(at)
    alert = actions.create_draft(actor, None, at=at)
    whole = {"words": {"en": {"headline": "Fire"}}, "shapes": DOWNTOWN, "area_desc": "King and Bay"}
    alert = actions.edit(actor, alert, {**whole, **data}, at=at)

    with pytest.raises(refusal) as refused:
        actions.publish(actor, alert, key="one", at=at)

    assert refused.value.field == field
    assert not Notice.objects.exists()
    assert [entry.verb for entry in timeline(alert)] == ["alert.drafted"]


def test_an_alert_that_ran_out_while_it_was_written_is_not_published(cast: Cast, at):
    alert = draft(cast.avery, at, expires_at=at + timedelta(minutes=5))
    later = at + timedelta(minutes=6)

    with pytest.raises(NotReady, match="already be over"):
        actions.publish(cast.avery.actor(later), alert, key="one", at=later)


def test_an_area_outside_the_jurisdiction_is_refused_even_if_it_shrank_after_the_drawing(cast: Cast, at):
    alert = draft(cast.avery, at)
    cast.avery.partner.jurisdiction = None
    cast.avery.partner.save()

    with pytest.raises(ShapeRefused):
        actions.publish(cast.avery.actor(at), alert, key="one", at=at)


def test_a_partner_without_jurisdiction_there_may_not_draw_there(cast: Cast, at):
    dana = cast.join("dana", cast.bao.partner, role="approver")

    with pytest.raises(ShapeRefused) as refused:
        draft(dana, at, shapes=FAR_AWAY)

    assert refused.value.detail["at"]


@pytest.mark.parametrize("name", ["corin", "pim", "bao", "otto"])
def test_whoever_is_no_publisher_may_not_publish(cast: Cast, at, name):
    alert = draft(cast.avery, at)
    person = getattr(cast, name)

    with pytest.raises(MayNot):
        actions.publish(person.actor(at), alert, key="one", at=at)
    with pytest.raises(MayNot):
        actions.edit(person.actor(at), alert, {"area_desc": "x"}, at=at)
    with pytest.raises(MayNot):
        actions.create_draft(person.actor(at), None, at=at)


def test_one_person_alone_does_not_reach_the_public(cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")

    with pytest.raises(SecondPersonNeeded):
        actions.publish(cast.avery.actor(at), alert, key="one", at=at)

    assert not Notice.objects.exists()


def test_the_database_refuses_a_public_alert_of_one_person_too(cast: Cast, at):
    other, alone = published(cast.avery, at), draft(cast.avery, at, scope="Public", tlp="CLEAR")

    with pytest.raises(IntegrityError, match="alert_public_two_people"), transaction.atomic():
        Alert.objects.filter(pk=alone.pk).update(state="published", published_at=at, notice=other.notice_id)


def test_what_is_published_cannot_be_edited(cast: Cast, at):
    alert = published(cast.avery, at)

    with pytest.raises(NotAllowed):
        actions.edit(cast.avery.actor(at), alert, {"area_desc": "elsewhere"}, at=at)
