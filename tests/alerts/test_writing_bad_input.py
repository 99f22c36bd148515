"""Whatever is typed on the writing pages: a sentence, nothing lost, nobody told."""

import json
import re

import pytest
from django.test import Client

from tests.alerts.pages import HTMX, POSTED_ON, confirmed, typed, url, version
from tests.alerts.writing import draft
from tests.cast import DOWNTOWN, Cast

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
