"""The pages on which an alert is written, confirmed, approved, updated and cancelled, through HTTP."""

import json
import re
import time
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
from cityalert.alerts.templates import Template
from cityalert.audit.queries import timeline
from cityalert.delivery.models import Recipient
from partners.roles import Role
from tests.alerts.writing import WORDS, draft, public, published
from tests.cast import DOWNTOWN, FAR_AWAY, Cast
from tests.door import code_of, let_in

HTMX = {"hx-request": "true"}
POSTED_ON = (
    "preview", "save", "template", "discard", "confirm", "publish", "submit", "approve", "return", "update", "cancel",
)  # fmt: skip


@pytest.fixture
def avery(client: Client, cast: Cast) -> Client:
    return let_in(client, cast.avery)


@pytest.fixture
def sam(cast: Cast) -> Client:
    return let_in(Client(), cast.sam)


@pytest.fixture
def gas(db) -> Template:
    return Template.objects.create(
        key="gas", name="Gas leak", name_fr="Fuite de gaz", event="hazmat", category="Safety",
        response_type="Evacuate", urgency="Immediate", severity=3, certainty="Likely", scope="Restricted", tlp="GREEN",
        lasts_min=90, words=WORDS,
    )  # fmt: skip


def url(name: str, alert: Alert) -> str:
    return reverse(f"alerts:{name}", args=[alert.pk])


def typed(alert: Alert, **more) -> dict:
    """What the page posts for a complete restricted alert."""
    ends_at = timezone.localtime(alert.created_at + timedelta(hours=2))
    words = {f"{language}_{name}": text for language, said in WORDS.items() for name, text in said.items()}
    return {
        "version": actions.version(alert), "status": "Actual", "scope": "Restricted", "event": "dangerPerson",
        "category": "Security", "response_type": "Shelter", "urgency": "Immediate", "severity": "4",
        "certainty": "Observed", "tlp": "AMBER", "area_desc": "King and Bay", "escalate_after_min": "5",
        "asks_response": "on", "exercise_note": "", "shapes": json.dumps(DOWNTOWN),
        "expires_at": ends_at.strftime("%Y-%m-%dT%H:%M"), **words, **more,
    }  # fmt: skip


def start(client: Client, **data) -> Alert:
    """A draft, begun as people begin one."""
    answer = client.post(reverse("alerts:new"), data)
    assert answer.status_code == 302
    return Alert.objects.get(pk=answer["Location"].split("/")[2])


def confirmed(client: Client, alert: Alert, name: str = "publish", **more):
    """Press the button in the dialog that was fetched just now."""
    alert.refresh_from_db()
    return client.post(
        url(name, alert), {"key": str(uuid4()), "version": actions.version(alert), **more}, headers=HTMX
    )


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


# --- bad input ---

BOW = {
    "type": "Polygon",
    "coordinates": [[[-79.39, 43.64], [-79.37, 43.66], [-79.37, 43.64], [-79.39, 43.66], [-79.39, 43.64]]],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("en_headline", "x" * 10_000),
        ("en_headline", "\x00\x01"),
        ("en_instruction", "x" * 10_000),
        ("fr_description", "é" * 5_000),
        ("area_desc", "x" * 10_000),
        ("severity", "9"),
        ("severity", "grave"),
        ("severity", "9" * 400),
        ("status", "System"),
        ("scope", "Private"),
        ("tlp", "WHITE"),
        ("event", "earthquake"),
        ("urgency", ""),
        ("escalate_after_min", "-1"),
        ("escalate_after_min", "99999"),
        ("escalate_after_min", "9" * 400),
        ("escalate_after_min", "NaN"),
        ("expires_at", "2020-01-01T00:00"),
        ("expires_at", "2099-01-01T00:00"),
        ("expires_at", "0001-01-01T00:00"),
        ("expires_at", "9999-12-31T23:59"),
        ("expires_at", "tomorrow"),
        # The hour that does not exist, and the one that comes twice.
        ("expires_at", "2027-03-14T02:30"),
        ("expires_at", "2026-11-01T01:30"),
        ("expires_in_min", "0"),
        ("expires_in_min", "9" * 400),
        ("audience_kinds", "army"),
        ("audience_roles", "boss"),
        ("audience_groups", "\x00"),
        ("audience_groups", "9b2f2b63-2e0f-4a60-8e8b-0f6f6d1f4c11"),
        ("shapes", "{"),
        ("shapes", "["),
        ("shapes", "[" * 100_000),
        ("shapes", "7"),
        ("shapes", '"\\ud800"'),
        ("shapes", '{"shapes": 7}'),
        ("shapes", '{"zones": ["\\u0000"]}'),
        ("shapes", json.dumps({"shapes": [BOW]})),
        ("shapes", '{"shapes": [{"type": "Circle", "center": [NaN, 43], "radius_m": 300}]}'),
        ("shapes", json.dumps(DOWNTOWN).replace("-79.392, 43.6425", "43.6425, -79.392")),
        ("shapes", '{"shapes": [{"type": "Circle", "center": [-70, 43], "radius_m": 300}]}'),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(avery: Client, cast: Cast, at, name, value):
    alert = draft(cast.avery, at)
    data = (
        typed(alert, area_desc="Here", **{name: value})
        if name != "area_desc"
        else typed(alert, area_desc=value)
    )

    answer = avery.post(url("preview", alert), data, headers=HTMX)
    page = avery.post(url("preview", alert), {**data, "version": version(alert)})

    assert answer.status_code == page.status_code == 422
    field = "expires_at" if name == "expires_in_min" and len(value) > 1 else name
    sentence = re.search(rf'id="fault-{field}"[^>]*>(.*?)</span></span>', answer.content.decode(), re.DOTALL)
    assert sentence or name == "shapes"
    if name == "shapes":
        assert re.search(r'data-fault="[A-Z]', answer.content.decode())
        assert "Send to" not in answer.content.decode()
    else:
        alert.refresh_from_db()
        assert alert.response_type == "Shelter"  # the rest is kept
    asked = avery.post(url("confirm", alert), {**data, "version": version(alert)}, headers=HTMX)
    assert asked.status_code == 422
    assert asked["HX-Retarget"] == "#preview"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "👩‍🚒🔥",
        "{{ 7*7 }}{% now 'Y' %}",
        "\u202egro",
    ],
)
def test_odd_words_are_shown_as_they_are(avery: Client, cast: Cast, at, text):
    alert = draft(cast.avery, at)

    answer = avery.post(
        url("preview", alert), typed(alert, en_headline=text, en_instruction=text), headers=HTMX
    )
    page = avery.get(url("compose", alert)).content.decode()

    assert answer.status_code == 200
    for said in (answer.content.decode(), page):
        assert "<script>alert" not in said
        assert "<img src=x" not in said
        assert ">49" not in said


def test_nothing_posted_is_no_fault_of_ours(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    for name in POSTED_ON:
        assert avery.post(url(name, alert), {}, headers=HTMX).status_code < 500
        assert (
            avery.post(url(name, alert), {"version": "\x00", "key": "\x00", "template": "\x00"}).status_code
            < 500
        )


def test_without_an_area_nobody_is_told(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    answer = avery.post(url("confirm", alert), typed(alert, shapes=""), headers=HTMX)

    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger-After-Settle"])["mend"] == {"field": "area"}
    assert confirmed(avery, alert).status_code == 422
    alert.refresh_from_db()
    assert alert.state == "draft"


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


# --- publishing ---


def test_pressing_twice_sends_once(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    data = {"key": "the same", "version": actions.version(alert)}

    first, second = (avery.post(url("publish", alert), data, headers=HTMX) for _ in range(2))

    assert first["HX-Redirect"] == second["HX-Redirect"] == url("reach", alert)
    alert.refresh_from_db()
    assert [entry.verb for entry in timeline(alert)].count("alert.published") == 1


def test_a_stale_second_factor_is_asked_again_in_the_dialog(client: Client, cast: Cast, at):
    avery = let_in(client, cast.avery, second_factor_at=time.time() - 3600)
    alert = draft(cast.avery, at)

    dialog = avery.post(url("confirm", alert), typed(alert), headers=HTMX).content.decode()
    without = confirmed(avery, alert)
    wrong = confirmed(avery, alert, code="000000")
    right = confirmed(avery, alert, code=code_of(cast.avery))

    assert 'name="code"' in dialog
    assert without.status_code == wrong.status_code == 422
    assert "type the code your authenticator app shows now" in without.content.decode()
    assert "That code is wrong" in wrong.content.decode()
    assert 'name="code"' in wrong.content.decode()
    assert right["HX-Redirect"] == url("reach", alert)


def test_a_fresh_second_factor_is_not_asked(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    assert 'name="code"' not in avery.post(url("confirm", alert), typed(alert), headers=HTMX).content.decode()


# --- the second person ---


def test_the_public_hears_it_after_a_second_person_agreed(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    data = typed(alert, scope="Public", tlp="CLEAR")

    dialog = avery.post(url("confirm", alert), data, headers=HTMX).content.decode()
    asked = confirmed(avery, alert, "submit")
    waiting = avery.get(url("compose", alert)).content.decode()
    shown = sam.get(url("compose", alert)).content.decode()
    agreed = sam.post(url("confirm", alert), headers=HTMX).content.decode()
    answer = confirmed(sam, alert, "approve")

    assert "Ask a second person, then send to 5 people and the public" in dialog
    assert asked["HX-Redirect"] == url("compose", alert)
    assert "Waiting for a second person" in waiting
    assert "Take it back" in waiting
    assert "Approve and send to 5 people and the public" in shown
    assert "Approve and send to 5 people and the public" in agreed
    assert answer["HX-Redirect"] == url("reach", alert)
    alert.refresh_from_db()
    assert (alert.state, alert.approved_by) == ("published", cast.sam.user)


def test_nobody_approves_their_own(sam: Client, cast: Cast, at):
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.sam.actor(at), alert, at=at)

    assert "Approve and send" not in sam.get(url("compose", alert)).content.decode()
    assert confirmed(sam, alert, "approve").status_code == 422
    alert.refresh_from_db()
    assert alert.state == "pending"


def test_who_may_not_approve_is_not_there(avery: Client, cast: Cast, at):
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.sam.actor(at), alert, at=at)

    assert confirmed(avery, alert, "approve").status_code == 404


def test_it_comes_back_with_a_reason(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), alert, at=at)

    silent = sam.post(url("return", alert), {"reason": " "})
    sam.post(url("return", alert), {"reason": "The wrong <street>."})
    page = avery.get(url("compose", alert)).content.decode()

    assert silent.status_code == 422
    assert "Say in a few words what has to change." in silent.content.decode()
    assert "Sam Okafor returned it" in page
    assert "The wrong &lt;street&gt;." in page


def test_it_can_be_taken_back(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), alert, at=at)

    avery.post(url("return", alert))

    alert.refresh_from_db()
    assert alert.state == "draft"


def test_typing_does_not_change_what_waits(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    data = typed(alert, area_desc="Elsewhere")
    actions.submit(cast.avery.actor(at), alert, at=at)

    answer = avery.post(url("preview", alert), data, headers=HTMX)

    assert "This alert is waiting for a second person." in answer.content.decode()
    alert.refresh_from_db()
    assert (alert.state, alert.area_desc) == ("pending", "King St W and Bay St")


# --- corrections ---


def test_an_update_starts_from_what_was_said(avery: Client, cast: Cast, at):
    alert = published(cast.avery, at)

    answer = avery.post(url("update", alert))
    page = avery.get(answer["Location"]).content.decode()

    assert "Update of “Armed person, King St W and Bay St”." in page
    assert "Everyone the first reached hears this too." in page
    assert "Send the update to 5 people" in page


def test_a_cancel_is_two_clicks(avery: Client, cast: Cast, at):
    alert = published(cast.avery, at)
    heard(alert, at)

    page = avery.get(url("cancel", alert)).content.decode()
    before = Alert.objects.count()
    words = {f"{language}_{name}": text for language, said in WORDS.items() for name, text in said.items()}
    answer = avery.post(url("cancel", alert), {**words, "en_instruction": "All clear.", "key": "1"})
    again = avery.post(url("cancel", alert), {**words, "key": "1"})

    assert before == 1  # looking wrote nothing
    assert "It is over. There is nothing more you need to do." in page
    assert "Cancel the alert for 5 people" in page
    alert.refresh_from_db()
    assert alert.state == "cancelled"
    cancel = alert.followed_by.get()
    assert answer["Location"] == url("reach", cancel)
    assert again["Location"] == url("reach", alert)
    assert cancel.infos.get(language="en").instruction == "All clear."
    assert cancel.notice.recipients.count() == alert.notice.recipients.count()


def test_a_refused_cancel_keeps_the_words_and_leaves_nothing_behind(client: Client, cast: Cast, at):
    avery = let_in(client, cast.avery, second_factor_at=time.time() - 3600)
    alert = published(cast.avery, at)

    answer = avery.post(url("cancel", alert), {"en_headline": "My words", "code": "000000", "key": "1"})
    long = avery.post(url("cancel", alert), {"en_headline": "x" * 999, "key": "1"})

    assert answer.status_code == long.status_code == 422
    assert 'value="My words"' in answer.content.decode()
    assert "That code is wrong" in answer.content.decode()
    assert Alert.objects.count() == 1


def test_the_public_hears_that_it_is_over(avery: Client, cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)
    heard(alert, at)

    assert "Cancel the alert for 5 people and the public" in avery.get(url("cancel", alert)).content.decode()


def test_what_cannot_be_corrected_says_why(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    assert avery.post(url("update", alert)).status_code == 409
    assert avery.get(url("cancel", alert)).status_code == 409


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

    with django_assert_max_num_queries(26):
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


def blank() -> dict[str, str]:
    return {f"{language}_{name}": "" for language, said in WORDS.items() for name in said}


def version(alert: Alert) -> str:
    return actions.version(Alert.objects.get(pk=alert.pk))


def heard(alert: Alert, at) -> None:
    """Everybody has seen it."""
    alert.notice.recipients.update(seen_at=at)


def bare(answer, alert: Alert) -> bytes:
    """A page without what differs between any two answers."""
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", answer.content)
    text = re.sub(rb'(csrfmiddlewaretoken" value|X-CSRFToken&quot;:|X-CSRFToken":) ?=?"?[^"]+"', b"", text)
    return text.replace(answer["X-Request-ID"].encode(), b"")
