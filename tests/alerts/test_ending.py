"""Taking back what was said: two presses from the row, everyone who heard hears that, then it is put away."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions, reach
from cityalert.alerts.actions.archiving import NotHeardYet
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Ending
from cityalert.audit.queries import timeline
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery
from tests.alerts.test_correcting import people, sent
from tests.alerts.writing import draft, public, published
from tests.cast import Cast
from tests.door import let_in


def test_a_mistake_is_taken_back_with_two_presses_from_the_row(cast: Cast, at):
    alert = sent(public(cast.avery, cast.sam, at), at)
    client = let_in(Client(), cast.avery)
    row = client.get(reverse("web:home")).content.decode()
    link = reverse("alerts:correct", args=[alert.pk])
    assert link in row
    assert link in client.get(reverse("alerts:reach_index")).content.decode()

    page = client.get(link).content.decode()
    assert "Sent by mistake: Armed person, King St W and Bay St" in page
    assert "Envoyée par erreur" in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    client.post(reverse("alerts:cancel", args=[alert.pk]), {"key": key, "ending": "error"})

    alert.refresh_from_db()
    error = Alert.objects.get(series=alert.series, msg_type="Cancel")
    assert (alert.state, error.ending, error.state) == ("in_error", "error", "published")
    assert list(error.references.all()) == [alert]
    assert people(error) == people(alert)
    assert error.notice.recipients.filter(subscriber=cast.rosa.subscriber).exists()
    assert "mistake" in error.notice.texts["en"]["sms"]
    assert "par erreur" in error.notice.texts["fr"]["subject"]
    assert timeline(alert).last().verb == "alert.issued_in_error"
    # Pressed again, on a page that is older than that: it says how it stands.
    assert client.get(link)["Location"] == reverse("alerts:reach", args=[alert.pk])


def test_each_way_to_end_says_something_else(cast: Cast, at):
    said = {}
    for ending in Ending:
        alert = published(cast.avery, at)
        over = actions.start_cancel(cast.avery.actor(at), alert, ending, at=at)
        over = actions.publish(cast.avery.actor(at), over, key=ending, at=at)
        said[ending] = over.notice.texts["en"]["sms"], over.notice.texts["fr"]["sms"]
    assert len({*said.values()}) == 3
    assert "ALL CLEAR" in said[Ending.ALL_CLEAR][0]
    assert "Sent by mistake: Armed person" in said[Ending.ERROR][0]


def test_a_long_headline_still_begins_with_what_matters(cast: Cast, at):
    words = {"en": {"headline": "x" * 140, "instruction": "", "description": ""}}
    alert = published(cast.avery, at, words=words)

    error = actions.start_cancel(cast.avery.actor(at), alert, Ending.ERROR, at=at)

    headline = error.infos.get(language="en").headline
    assert headline.startswith("Sent by mistake: xxx")
    assert len(headline) == 140


def test_the_number_says_who_has_not_heard_the_correction_yet(cast: Cast, at):
    alert = sent(public(cast.avery, cast.sam, at), at)
    assert reach.heard(alert) is None
    error = actions.start_cancel(cast.avery.actor(at), alert, Ending.ERROR, at=at)
    error = actions.publish(cast.avery.actor(at), error, key="one", at=at)
    fanout.fan_out(error.notice_id, at=at)
    on_screens = error.notice.recipients.filter(kind="screen").count()

    before = reach.heard(alert)
    assert (before.right, before.wrong) == (on_screens, alert.notice.recipients.count())
    with pytest.raises(NotHeardYet):
        actions.archive(cast.avery.actor(at), alert, at=at)

    waiting = Delivery.objects.filter(notice=error.notice, state="queued")
    waiting.filter(recipient__subscriber=cast.rosa.subscriber).update(state="opted_out")
    waiting.filter(state="queued").update(state="sent")

    after = reach.heard(alert)
    assert (after.right, after.opted_out, after.is_complete) == (before.wrong - 1, 1, True)
    actions.archive(cast.avery.actor(at), alert, at=at)
    assert set(Alert.objects.values_list("archived_by", flat=True)) == {cast.avery.user.pk}


def test_it_is_put_away_before_only_with_a_reason_and_leaves_its_partners_lists(cast: Cast, at):
    alert = sent(published(cast.avery, at), at)
    with pytest.raises(NotAllowed):
        actions.archive(cast.avery.actor(at), alert, "It goes on", at=at)
    over = actions.start_cancel(cast.avery.actor(at), alert, at=at)
    over = actions.publish(cast.avery.actor(at), over, key="one", at=at)
    client, address = let_in(Client(), cast.avery), reverse("alerts:archive", args=[alert.pk])
    name = reverse("alerts:reach", args=[over.pk])

    client.post(address, {"reason": ""})
    assert name in client.get(reverse("alerts:reach_index")).content.decode()
    client.post(address, {"reason": "One tower has left the network"})

    assert name not in client.get(reverse("alerts:reach_index")).content.decode()
    assert name in client.get(reverse("alerts:reach_index") + "?archived").content.decode()
    entry = timeline(alert).last()
    assert (entry.verb, entry.facts["reason"]) == ("alert.archived", "One tower has left the network")
    # Whoever was told keeps it, and nobody else's desk can put it away.
    assert "Armed person" in let_in(Client(), cast.corin).get(reverse("alerts:inbox")).content.decode()
    assert let_in(Client(), cast.corin).post(address).status_code == 404
    assert let_in(Client(), cast.otto).post(address).status_code == 404


def test_whoever_writes_the_same_again_is_shown_what_goes_on_there(cast: Cast, at):
    published(cast.avery, at)
    second = draft(cast.sam, at)
    drill = draft(cast.sam, at, status="Exercise", exercise_note="Autumn drill")
    client = let_in(Client(), cast.sam)

    assert b"Is it the same?" in client.get(reverse("alerts:compose", args=[second.pk])).content
    assert b"Is it the same?" not in client.get(reverse("alerts:compose", args=[drill.pk])).content
