"""Acknowledging and responding at a screen."""

import pytest

from cityalert.alerts import actions
from cityalert.alerts.actions.answering import NotAsked
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.wording import NotUsable
from cityalert.audit.queries import timeline
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.cast import Cast


def test_acknowledging_speaks_for_the_person_and_the_screens_and_stops_what_is_queued(cast: Cast, at):
    alert = published(cast.avery, at)
    fanout.fan_out(alert.notice_id, at=at)

    assert actions.acknowledge(cast.corin.actor(at), alert, at=at) is True
    assert actions.acknowledge(cast.corin.actor(at), alert, at=at) is False

    own = alert.notice.recipients.filter(partner=cast.corin.partner)
    assert {recipient.acknowledged_by for recipient in own} == {cast.corin.user}
    queued = Delivery.objects.filter(notice=alert.notice, state="queued")
    assert not queued.filter(recipient__partner=cast.corin.partner).exists()
    assert queued.filter(recipient__partner=cast.vera.partner).exists()
    entry = timeline(alert).last()
    assert (entry.verb, entry.user_id, entry.facts["via"]) == (
        "alert.acknowledged",
        cast.corin.user.pk,
        "dashboard",
    )


def test_a_response_may_change(cast: Cast, at):
    alert = published(cast.avery, at)
    actor = cast.corin.actor(at)

    actions.respond(actor, alert, "need_help", "Two injured\u202e,\nlobby", at=at)
    actions.respond(actor, alert, "safe", at=at)

    screen = alert.notice.recipients.get(partner=cast.corin.partner, kind="screen")
    assert (screen.response, screen.response_note) == ("safe", "")
    # Each is kept in the log, its words are not: those go when the notice goes.
    responses = [entry.facts for entry in timeline(alert) if entry.verb == "alert.responded"]
    assert [(facts["response"], facts["has_note"]) for facts in responses] == [
        ("need_help", True),
        ("safe", False),
    ]
    assert "Two injured" not in str(responses)


@pytest.mark.parametrize(
    ("response", "note", "field"), [("fine", "", "response"), ("safe", "x" * 501, "note")]
)
def test_a_response_that_is_none_is_refused(cast: Cast, at, response, note, field):
    alert = published(cast.avery, at)

    with pytest.raises(NotUsable) as refused:
        actions.respond(cast.corin.actor(at), alert, response, note, at=at)
    assert refused.value.field == field


def test_nobody_waits_for_the_author(cast: Cast, at):
    with pytest.raises(NotAsked):
        actions.acknowledge(cast.avery.actor(at), published(cast.avery, at), at=at)
    with pytest.raises(NotAsked):
        actions.acknowledge(cast.avery.actor(at), draft(cast.avery, at), at=at)


def test_a_viewer_does_not_answer_for_the_partner(cast: Cast, at):
    wanda = cast.join("wanda", cast.corin.partner, role=Role.VIEWER)

    with pytest.raises(MayNot):
        actions.acknowledge(wanda.actor(at), published(cast.avery, at), at=at)


def test_seeing_is_kept_once(cast: Cast, at):
    alert = published(cast.avery, at)

    assert actions.mark_seen(cast.corin.actor(at), [alert], at=at) == 2
    assert actions.mark_seen(cast.corin.actor(at), [alert], at=at) == 0
    assert actions.mark_seen(cast.otto.actor(at), [alert], at=at) == 0
