"""The compose form: clean values out, sentences beside the field, what was typed kept."""

import json
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils.timezone import make_naive

from cityalert.alerts import actions
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.forms import AlertForm
from tests.alerts.writing import draft
from tests.cast import DOWNTOWN, FAR_AWAY, Cast
from tests.partners.sharing import group


def typed(**data) -> dict:
    return {
        "status": "Actual", "scope": "Restricted", "event": "fire", "category": "Fire", "response_type": "Evacuate",
        "urgency": "Immediate", "severity": "3", "certainty": "Observed", "tlp": "AMBER", "area_desc": "King and Bay",
        "escalate_after_min": "5", "asks_response": "on", "exercise_note": "", "shapes": json.dumps(DOWNTOWN),
        "expires_at": "", "expires_in_min": "90", "en_headline": "Fire", "en_instruction": "Leave.\r\nNow.",
        "en_description": "", "fr_headline": "Feu", "fr_instruction": "", "fr_description": "", **data,
    }  # fmt: skip


@pytest.fixture
def form(cast: Cast, at):
    alert = actions.create_draft(cast.avery.actor(at), None, at=at)
    return lambda **data: AlertForm(typed(**data), instance=alert, at=at)


def test_what_the_form_says_is_what_edit_takes(cast: Cast, at):
    towers = group("Towers", cast.avery.partner)
    alert = actions.create_draft(cast.avery.actor(at), None, at=at)
    form = AlertForm(typed(audience_kinds=["venue"], audience_groups=[str(towers.pk)]), instance=alert, at=at)

    assert form.is_valid(), form.errors
    alert = actions.edit(cast.avery.actor(at), alert, form.changes(), at=at)

    assert (alert.event, alert.severity, alert.escalate_after_min) == ("fire", 3, 5)
    assert alert.expires_at == at + timedelta(minutes=90)
    assert (alert.audience_kinds, alert.audience_groups) == (["venue"], [towers.pk])
    assert alert.infos.get(language="en").instruction == "Leave.\nNow."
    assert alert.area.area > 0


def test_a_local_time_is_the_citys(form, at):
    local = (at + timedelta(hours=3)).astimezone(ZoneInfo(settings.TIME_ZONE))
    form = form(expires_in_min="", expires_at=local.strftime("%Y-%m-%dT%H:%M"))

    assert form.is_valid(), form.errors
    assert form.changes()["expires_at"].astimezone(UTC) == local.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"expires_in_min": "0"}, "expires_in_min"),
        ({"expires_in_min": "soon"}, "expires_in_min"),
        ({"expires_in_min": "9" * 30}, "expires_in_min"),
        ({"expires_in_min": ""}, "expires_at"),
        ({"expires_in_min": "", "expires_at": "2020-01-01T00:00"}, "expires_at"),
        ({"expires_in_min": "", "expires_at": "2026-02-30T25:00"}, "expires_at"),
        ({"shapes": "{"}, "shapes"),
        ({"shapes": "[" * 2000}, "shapes"),
        ({"shapes": json.dumps({"shapes": [{"type": "Circle", "center": [0, 0], "radius_m": 1}]})}, "shapes"),
        ({"shapes": "x" * 2_000_000}, "shapes"),
        ({"severity": "9"}, "severity"),
        ({"audience_kinds": ["army"]}, "audience_kinds"),
        ({"audience_groups": ["nonsense"]}, "audience_groups"),
        ({"en_headline": "x" * 141}, "en_headline"),
        ({"escalate_after_min": "99999999"}, "escalate_after_min"),
    ],
)
def test_bad_input_gets_a_sentence_and_is_kept(form, data, field):
    form = form(**data)

    assert not form.is_valid()
    assert list(form.errors) == [field]
    name, value = next(iter(data.items()))
    assert form[name].value() == value


def test_the_spot_outside_the_jurisdiction_is_named(cast: Cast, at):
    dana = cast.join("dana", cast.bao.partner, role="publisher")
    alert = actions.create_draft(dana.actor(at), None, at=at)
    form = AlertForm(typed(shapes=json.dumps(FAR_AWAY)), instance=alert, at=at)

    assert list(form.errors) == ["shapes"]
    assert len(form.shape_detail["at"]) == 2


@pytest.mark.parametrize("shapes", ["", "{}", '{"shapes": [], "zones": []}', "null"])
def test_nothing_drawn_yet_can_be_saved(form, shapes):
    form = form(shapes=shapes)

    assert form.is_valid(), form.errors
    assert form.changes()["shapes"] is None


def test_a_draft_is_shown_as_it_is(cast: Cast, at):
    alert = draft(cast.avery, at)
    form = AlertForm(instance=alert, at=at)

    assert json.loads(form["shapes"].value()) == alert.shapes
    assert form["fr_headline"].value() == "Personne armée, rues King et Bay"
    assert form["expires_at"].value() == make_naive(alert.expires_at).replace(microsecond=0)
    assert 'type="datetime-local"' in str(form["expires_at"])


def test_what_edit_refuses_stands_beside_its_field(form):
    form = form()
    form.is_valid()
    form.refuse(NotUsable("Too long.", field="en_headline"))
    form.refuse(NotUsable("Broken.", field="words"))

    assert form.errors["en_headline"] == ["Too long."]
    assert form.non_field_errors() == ["Broken."]


def test_validating_changes_nothing(cast: Cast, at):
    alert = draft(cast.avery, at)
    AlertForm(typed(), instance=alert, at=at).is_valid()

    assert alert.event == "other"


def test_years_far_away_are_no_fault(form):
    assert not form(expires_in_min="", expires_at="9999-12-31T23:59").is_valid()
    assert not form(expires_in_min="", expires_at="0001-01-01T00:00").is_valid()
