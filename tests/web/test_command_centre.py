"""The command centre: what lies in the tray, what stands in the drawer, and how the channels are said to be."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery
from cityalert.lib import clock
from tests.alerts.test_reading_pages import as_, bare, cancelled, updated, words_of
from tests.alerts.writing import draft, public, published
from tests.cast import Cast, Person

HOME = "/"


@pytest.fixture
def now():
    return clock.now()


def part(person: Person, target: str, query: str = "") -> str:
    """One part of the page, as htmx asks for it."""
    answer = as_(person).get(HOME + query, headers={"hx-request": "true", "hx-target": target})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    return answer.content.decode()


def test_nobody_comes_in_without_signing_in(client: Client, db):
    assert client.get(HOME)["Location"] == reverse("account_login")


def test_who_acts_for_nobody_finds_nothing(client: Client, cast: Cast):
    cast.otto.membership.delete()
    client.force_login(cast.otto.user)

    assert client.get(HOME).status_code == 404


def test_the_gravest_alert_stands_in_the_drawer(cast: Cast, now):
    published(cast.avery, now, severity=1)
    grave = published(cast.avery, now, severity=4)

    page = as_(cast.avery).get(HOME).content.decode()

    assert f'data-detail="{grave.pk}"' in page
    assert page.count('aria-current="true"') == 2  # its row, and the filter "All"


def test_a_row_is_a_link_that_opens_the_drawer(cast: Cast, now):
    published(cast.avery, now, severity=4)
    other = published(cast.avery, now, severity=1)

    page = as_(cast.avery).get(f"{HOME}?alert={other.pk}").content.decode()
    drawer = part(cast.avery, "drawer", f"?alert={other.pk}")

    assert f'data-detail="{other.pk}"' in page
    assert f'data-detail="{other.pk}"' in drawer
    assert "tray-list" not in drawer


@pytest.mark.parametrize("target", ["", "drawer"])
def test_another_ones_alert_is_not_there(cast: Cast, now, target):
    alert, otto = published(cast.avery, now), as_(cast.otto)
    headers = {"hx-request": "true", "hx-target": target} if target else {}

    theirs = otto.get(f"{HOME}?alert={alert.pk}", headers=headers)
    nobodys = [otto.get(f"{HOME}?alert={key}", headers=headers) for key in (uuid4(), "nonsense")]

    assert {one.status_code for one in (theirs, *nobodys)} == {404}
    assert len({bare(one) for one in (theirs, *nobodys)}) == 1


def test_an_outsider_sees_an_empty_room(cast: Cast, now):
    published(cast.avery, now)
    draft(cast.avery, now)

    page = as_(cast.otto).get(HOME).content.decode()

    assert "Nothing is going on" in page
    assert "data-detail" not in page
    assert 'id="health"' not in page


def test_the_tray_says_how_many_have_acknowledged_and_who_needs_help(cast: Cast, now):
    alert = published(cast.avery, now)
    fanout.fan_out(alert.notice_id, at=now)
    actions.acknowledge(cast.corin.actor(now), alert, at=now)
    actions.respond(cast.vera.actor(now), alert, "need_help", at=now)

    tray = words_of(part(cast.avery, "tray-list"))

    assert "2 of 5 acknowledged" in tray
    assert "1 needs help" in tray


def test_whoever_was_told_sees_their_own_answer_and_no_numbers(cast: Cast, now):
    alert = published(cast.avery, now)
    assert "Not acknowledged here" in part(cast.corin, "tray-list")
    assert reverse("alerts:acknowledge", args=[alert.pk]) in part(cast.corin, "tray-list")

    actions.respond(cast.corin.actor(now), alert, "safe", at=now)

    tray = words_of(part(cast.corin, "tray-list"))
    assert re.search(r"Acknowledged \d\d:\d\d, safe", tray)
    assert " of " not in tray


def test_what_waits_and_what_is_being_written_is_for_writers(cast: Cast, now):
    waiting = draft(cast.avery, now, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(now), waiting, at=now)
    begun = draft(cast.avery, now)

    tray = part(cast.sam, "tray-list")

    assert "1 waits for a second person" in tray
    assert "Must be approved: goes to the public" in tray
    assert reverse("alerts:compose", args=[begun.pk]) in tray
    assert "Look and decide" in part(cast.sam, "drawer", f"?alert={waiting.pk}")
    assert "waits for" not in part(cast.corin, "tray-list")


def test_severities_are_counted_and_can_be_chosen(cast: Cast, now):
    grave, slight = published(cast.avery, now, severity=4), published(cast.avery, now, severity=1)

    tray = part(cast.avery, "tray-list", "?severity=minor")

    assert 'aria-label="Extreme, 1"' in tray
    assert 'aria-label="Minor, 1"' in tray
    assert f'data-alert="{slight.pk}"' in tray
    assert f'data-alert="{grave.pk}"' not in tray
    assert f'data-alert="{grave.pk}"' in part(cast.avery, "tray-list", "?severity=nonsense")


def test_a_correction_stands_for_what_it_corrects(cast: Cast, now):
    minute = timedelta(minutes=1)
    first = published(cast.avery, now - 2 * minute)
    second = updated(cast, first, now - minute)
    tray = part(cast.avery, "tray-list")
    assert f'data-alert="{first.pk}"' not in tray
    assert f'data-alert="{second.pk}"' in tray

    over = cancelled(cast, second, now)

    tray = part(cast.avery, "tray-list")
    assert tray.index("Earlier this shift") < tray.index(f'data-alert="{over.pk}"')
    assert f'data-alert="{second.pk}"' not in tray
    assert "A newer version took its place" in part(
        cast.avery, "drawer", f"?alert={first.pk}"
    ) or "Cancelled" in part(cast.avery, "drawer", f"?alert={first.pk}")


def test_what_ended_yesterday_is_not_of_this_shift(cast: Cast, now):
    day = timedelta(days=1)
    old = published(cast.avery, now - day, expires_at=now - day + timedelta(hours=1))
    fresh = published(cast.avery, now - timedelta(hours=2), expires_at=now - timedelta(hours=1))

    tray = part(cast.avery, "tray-list")

    assert f'data-alert="{fresh.pk}"' in tray
    assert f'data-alert="{old.pk}"' not in tray


@pytest.mark.parametrize(("who", "may"), [("avery", True), ("sam", True), ("corin", False)])
def test_only_those_who_may_correct_see_the_buttons(cast: Cast, now, who, may):
    alert = published(cast.avery, now)

    drawer = part(getattr(cast, who), "drawer", f"?alert={alert.pk}")

    assert (reverse("alerts:update", args=[alert.pk]) in drawer) is may
    assert (reverse("alerts:correct", args=[alert.pk]) in drawer) is may


def test_a_public_alert_says_how_many_residents(cast: Cast, now):
    alert = public(cast.avery, cast.sam, now)
    fanout.fan_out(alert.notice_id, at=now)

    assert "And 1 residents: 0 sent." in words_of(part(cast.avery, "drawer", f"?alert={alert.pk}"))


def test_an_exercise_marks_the_whole_page(cast: Cast, now):
    published(cast.avery, now, status="Exercise", exercise_note="Autumn drill")

    page = as_(cast.corin).get(HOME).content.decode()

    assert '<body class="is-exercise"' in page
    assert "“Autumn drill”" in page
    assert '<div class="exercise-top" data-exercise-band>' in page


def test_one_real_alert_among_exercises_leaves_the_page_unmarked(cast: Cast, now):
    published(cast.avery, now, status="Exercise", exercise_note="Drill", severity=1)
    published(cast.avery, now, severity=4)

    assert '<body class="is-exercise"' not in as_(cast.corin).get(HOME).content.decode()


def test_the_state_of_the_channels_is_said_in_words(cast: Cast, now):
    assert "Nothing was sent in the last hour" in part(cast.avery, "health")
    alert = published(cast.avery, now)
    fanout.fan_out(alert.notice_id, at=now)
    Delivery.objects.filter(channel="email").update(state="sent", state_at=now)
    Delivery.objects.filter(channel="sms").update(state="queued", next_at=now - timedelta(minutes=3))

    health = words_of(part(cast.avery, "health"))

    assert re.search(r"SMS: \d+ wait, the oldest for 3 min", health)
    assert "Delivering: E-mail" in health


def test_the_page_names_its_place_on_the_socket_before_it_reads(cast: Cast, now):
    before = re.search(r'data-after="(\d+)"', as_(cast.corin).get(HOME).content.decode())
    published(cast.avery, now)
    after = re.search(r'data-after="(\d+)"', as_(cast.corin).get(HOME).content.decode())

    assert int(after[1]) > int(before[1])


def test_going_back_in_the_browser_gives_the_whole_page(cast: Cast, now):
    alert = published(cast.avery, now)

    answer = as_(cast.avery).get(
        f"{HOME}?alert={alert.pk}", headers={"hx-request": "true", "hx-history-restore-request": "true"}
    )

    assert "<html" in answer.content.decode()


def test_the_page_holds_nothing_the_policy_forbids(cast: Cast, now):
    published(cast.avery, now)

    page = as_(cast.avery).get(HOME).content.decode()

    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
