"""Two people in one draft see each other and overwrite nothing; what is thrown away can be brought back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions, presence
from cityalert.alerts.models import Alert
from cityalert.audit.queries import timeline
from cityalert.lib.refusals import NotThere
from tests.alerts.pages import HTMX, typed, url
from tests.alerts.writing import draft
from tests.cast import Cast
from tests.door import let_in


def test_they_see_each_other_and_what_the_other_did(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    known = actions.version(alert)

    alone = avery.get(url("beside", alert), {"version": known}).content.decode()
    both = sam.get(url("beside", alert), {"version": known}).content.decode()
    sam.post(url("preview", alert), typed(alert, area_desc="Elsewhere"), headers=HTMX)
    told = avery.get(url("beside", alert), {"version": known}).content.decode()

    assert "Sam" not in alone
    assert "Avery Chen has this draft open, too." in both
    assert "Sam Okafor changed it at" in told
    assert let_in(Client(), cast.otto).get(url("beside", alert)).status_code == 404


def test_whoever_closed_the_page_is_gone_soon(cast: Cast, at):
    alert = draft(cast.avery, at)
    presence.here(cast.sam.actor(at), alert.pk, at)

    assert presence.here(cast.avery.actor(at), alert.pk, at + timedelta(seconds=10)) == ["Sam Okafor"]
    assert presence.here(cast.avery.actor(at), alert.pk, at + timedelta(seconds=16)) == []


def test_where_they_differ_both_texts_are_shown(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    mine = typed(alert, en_headline="Mine", severity="3")
    sam.post(url("preview", alert), typed(alert, en_headline="Theirs", asks_response=""), headers=HTMX)

    page = avery.post(url("preview", alert), mine, headers=HTMX).content.decode()

    for part in (
        'data-conflict="en_headline" data-theirs="Theirs"',
        'data-conflict="severity" data-theirs="4"',
        'data-conflict="asks_response" data-theirs=""',
    ):
        assert part in page
    assert "Yours: Mine" in page.replace("</small><small>", " ")
    assert page.count("data-conflict=") == 3  # what is the same is not asked about
    alert.refresh_from_db()
    assert alert.infos.get(language="en").headline == "Theirs"


def test_what_was_thrown_away_comes_back_for_a_day(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    told = avery.post(url("discard", alert), follow=True).content.decode()
    gone = avery.get(url("compose", alert)).status_code
    stopped = avery.get(url("beside", alert))
    otto = let_in(Client(), cast.otto).post(url("restore", alert)).status_code
    back = avery.post(url("restore", alert))

    assert url("restore", alert) in told
    assert gone == otto == 404
    assert stopped.status_code == 286
    assert back["Location"] == url("compose", alert)
    assert avery.post(url("restore", alert)).status_code == 404
    assert avery.get(url("compose", alert)).status_code == 200
    verbs = [entry.verb for entry in timeline(alert)]
    assert verbs == ["alert.drafted", "alert.discarded", "alert.restored"]


def test_after_a_day_it_is_gone_for_good(cast: Cast, at):
    alert, other = draft(cast.avery, at), draft(cast.avery, at)
    avery = cast.avery.actor(at)
    actions.discard(avery, alert, at=at)

    with pytest.raises(NotThere):
        actions.publish(avery, alert, key="1", at=at)
    actions.discard(avery, other, at=at + timedelta(days=1))

    assert list(Alert.objects.values_list("pk", flat=True)) == [other.pk]


def test_it_is_in_no_list_while_it_is_thrown_away(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    actions.discard(cast.avery.actor(at), alert, at=at)

    assert str(alert.pk) not in avery.get(reverse("web:home")).content.decode()
