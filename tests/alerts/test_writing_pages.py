"""The pages on which an alert is written, through HTTP."""

import json
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.audit.queries import timeline
from cityalert.delivery.models import Recipient
from partners.roles import Role
from tests.alerts.pages import HTMX, POSTED_ON, bare, blank, confirmed, start, typed, url, version
from tests.alerts.writing import WORDS, draft, published
from tests.cast import FAR_AWAY, Cast
from tests.door import let_in

# --- writing ---


def test_from_nothing_to_sent_in_four_requests(avery: Client, cast: Cast):
    alert = start(avery)
    page = avery.get(url("compose", alert)).content.decode()
    preview = avery.post(url("preview", alert), typed(alert), headers=HTMX)
    alert.refresh_from_db()
    dialog = avery.post(url("confirm", alert), typed(alert), headers=HTMX)
    answer = confirmed(avery, alert)

    assert "What is happening" in page
    assert "Send to 5 people" in preview.content.decode()
    assert "5 people in 5 partners" in dialog.content.decode()
    assert answer["HX-Redirect"] == url("reach", alert)
    alert.refresh_from_db()
    assert alert.state == "published"
    told = Recipient.objects.filter(notice=alert.notice, kind="member")
    assert cast.corin.subscriber.pk in told.values_list("subscriber_id", flat=True)
    assert cast.otto.subscriber.pk not in told.values_list("subscriber_id", flat=True)


def test_the_preview_counts_what_publishing_freezes(avery: Client, cast: Cast, at):
    cast.corin.subscriber.contact_points.update(stopped_at=at)
    alert = draft(cast.avery, at)

    page = avery.post(url("preview", alert), typed(alert), headers=HTMX).content.decode()
    confirmed(avery, alert)

    alert.refresh_from_db()
    people = Recipient.objects.filter(notice=alert.notice, kind="member", call_order=1).count()
    assert f"Send to {people} people" in page
    assert "1 cannot be reached." in page
    drawn = json.loads(unescape(re.search(r'data-sites="([^"]*)"', page)[1]))["features"]
    marks = {one["properties"]["partner"]: one["properties"].get("state") for one in drawn}
    assert (marks[cast.corin.partner.name], marks[cast.vera.partner.name]) == ("no_answer", None)
    assert cast.corin.user.name in page
    assert cast.corin.partner.name in page


def test_prepared_wording_fills_the_page(avery: Client, cast: Cast, gas):
    alert = start(avery)
    page = avery.post(url("template", alert), typed(alert, template="gas", **blank()), headers=HTMX)

    assert WORDS["en"]["headline"] in page.content.decode()
    alert.refresh_from_db()
    assert (alert.event, alert.severity, alert.tlp) == ("hazmat", 3, "GREEN")
    assert alert.area_desc == "King and Bay"
    assert alert.expires_at is not None
    assert abs(alert.expires_at - alert.created_at - timedelta(minutes=90)) < timedelta(minutes=2)


def test_ones_own_words_are_replaced_only_on_ones_word(avery: Client, cast: Cast, gas):
    alert = start(avery)
    mine = typed(alert, template="gas", en_headline="My own words")

    asked = avery.post(url("template", alert), mine, headers=HTMX).content.decode()
    alert.refresh_from_db()
    kept = alert.infos.get(language="en").headline
    avery.post(
        url("template", alert), {**mine, "version": actions.version(alert), "replace": "1"}, headers=HTMX
    )

    assert "You have written words of your own." in asked
    assert kept == "My own words"
    assert alert.infos.get(language="en").headline == WORDS["en"]["headline"]


def test_a_quick_end_counts_from_now(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    answer = avery.post(url("preview", alert), typed(alert, expires_in_min="30"), headers=HTMX)

    alert.refresh_from_db()
    assert timedelta(minutes=29) < alert.expires_at - at < timedelta(minutes=31)
    here = timezone.localtime(alert.expires_at)
    assert f'value="{here:%Y-%m-%dT%H:%M}"' in answer.content.decode()


def test_an_exercise_shows_its_band_and_wants_a_name(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    page = avery.post(url("preview", alert), typed(alert, status="Exercise"), headers=HTMX).content.decode()

    assert "band exercise" in page
    assert "Name the exercise" in page


def test_without_script_the_same_buttons_give_whole_pages(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    looked = avery.post(url("preview", alert), typed(alert))
    alert.refresh_from_db()
    asked = avery.post(url("confirm", alert), typed(alert))
    saved = avery.post(url("save", alert), typed(alert, version=version(alert)))

    assert "<!doctype html>" in looked.content.decode()
    assert "Send this alert?" in asked.content.decode()
    assert saved["Location"] == reverse("alerts:inbox")


def test_a_draft_can_be_thrown_away_and_the_log_knows(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    avery.post(url("discard", alert))

    assert avery.get(url("compose", alert)).status_code == 404
    assert [entry.verb for entry in timeline(alert)] == ["alert.drafted", "alert.discarded"]


def test_what_is_published_is_not_thrown_away(avery: Client, cast: Cast, at):
    alert = published(cast.avery, at)

    assert avery.post(url("discard", alert)).status_code == 409
    assert Alert.objects.filter(pk=alert.pk).exists()


# --- two in one draft ---


def test_the_second_of_two_is_told_and_keeps_what_they_typed(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    mine, theirs = typed(alert, area_desc="Mine"), typed(alert, area_desc="Theirs")
    sam.post(url("preview", alert), theirs, headers=HTMX)

    answer = avery.post(url("preview", alert), mine, headers=HTMX)
    page = avery.post(url("save", alert), mine).content.decode()

    assert "Sam Okafor changed this draft while you were writing." in answer.content.decode()
    assert 'value="Mine"' in page
    alert.refresh_from_db()
    assert alert.area_desc == "Theirs"

    avery.post(url("preview", alert), {**mine, "version": actions.version(alert)}, headers=HTMX)
    alert.refresh_from_db()
    assert alert.area_desc == "Mine"


def test_what_is_sent_is_what_was_confirmed(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    seen = actions.version(alert)
    sam.post(url("preview", alert), typed(alert, area_desc="Elsewhere"), headers=HTMX)

    answer = avery.post(url("publish", alert), {"key": "1", "version": seen}, headers=HTMX)

    assert answer.status_code == 422
    assert "changed this draft" in answer.content.decode()
    alert.refresh_from_db()
    assert alert.state == "draft"


# --- who may ---


@pytest.mark.parametrize("name", ["otto", "corin", "pim", "bao"])
def test_who_may_not_write_finds_nothing(cast: Cast, at, name):
    client = let_in(Client(), getattr(cast, name))
    alert = draft(cast.avery, at)

    for page in ("compose", "cancel"):
        real, none = client.get(url(page, alert)), client.get(url(page, Alert(pk=uuid4())))
        assert real.status_code == none.status_code == 404
        assert bare(real, alert) == bare(none, alert)
    for page in POSTED_ON:
        assert client.post(url(page, alert), {"reason": "x"}).status_code == 404
    assert client.post(reverse("alerts:new")).status_code == 404


def test_hearing_an_alert_gives_no_right_to_correct_it(cast: Cast, at):
    alert = published(cast.avery, at)
    corin = let_in(Client(), cast.corin)
    publisher = let_in(Client(), cast.join("dana", cast.corin.partner, role=Role.PUBLISHER))

    for client in (corin, publisher):
        assert client.post(url("update", alert)).status_code == 404
        assert client.get(url("cancel", alert)).status_code == 404
        assert client.post(url("cancel", alert), {}).status_code == 404


def test_reading_changes_nothing(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    for page in POSTED_ON:
        if page != "cancel":
            assert avery.get(url(page, alert)).status_code == 405
    assert avery.get(reverse("alerts:new")).status_code == 405


def test_the_anonymous_are_sent_to_sign_in(client: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    assert client.get(url("compose", alert))["Location"].startswith("/accounts/login/")
    assert "HX-Redirect" in client.post(url("preview", alert), headers=HTMX)


def test_an_area_outside_ones_own_is_shown_on_the_map(cast: Cast, at):
    dana = cast.join("dana", cast.bao.partner, role=Role.PUBLISHER)
    client = let_in(Client(), dana)
    alert = draft(dana, at)

    answer = client.post(url("preview", alert), typed(alert, shapes=json.dumps(FAR_AWAY)), headers=HTMX)

    assert "outside the area where you may alert" in answer.content.decode()
    assert re.search(r'data-fault-at="-79\.\d+,43\.\d+"', answer.content.decode())


# --- the page itself ---


def test_pages_hold_nothing_the_policy_forbids(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    said = (
        avery.get(url("compose", alert)).content
        + avery.post(url("preview", alert), typed(alert), headers=HTMX).content
    )

    assert not re.search(rb"<script(?![^>]*(src=|application/json))|<style|\sstyle=|\son[a-z]+=", said)


def test_the_pages_ask_the_database_little(avery: Client, cast: Cast, at, gas, django_assert_max_num_queries):
    alert = draft(cast.avery, at)
    avery.get(url("compose", alert))

    with django_assert_max_num_queries(29):
        avery.get(url("compose", alert))
    with django_assert_max_num_queries(38):
        avery.post(url("preview", alert), typed(alert), headers=HTMX)


def test_more_sites_and_people_ask_no_more(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    avery.post(url("preview", alert), typed(alert), headers=HTMX)
    with CaptureQueriesContext(connection) as few:
        avery.post(url("preview", alert), typed(alert, version=version(alert)), headers=HTMX)
    for number in range(8):
        cast.join(f"guard{number}", cast.corin.partner)
    with CaptureQueriesContext(connection) as many:
        avery.post(url("preview", alert), typed(alert, version=version(alert)), headers=HTMX)

    assert len(many) <= len(few)


def test_it_speaks_french(cast: Cast, at):
    cast.avery.user.language = "fr"
    cast.avery.user.save(update_fields=["language"])
    client = let_in(Client(), cast.avery)
    alert = draft(cast.avery, at)

    assert '<html lang="fr">' in client.get(url("compose", alert)).content.decode()
