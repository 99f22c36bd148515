"""Drafts: prepared wording, cleaned text, and refusals that name the field."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cityalert.alerts import actions
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.readiness import NotReady
from cityalert.alerts.templates import Template
from cityalert.audit.queries import timeline
from cityalert.geo.shapes import ShapeRefused
from partners.roles import Role
from tests.alerts.writing import WORDS, draft
from tests.cast import DOWNTOWN, Cast


@pytest.fixture
def armed(db) -> Template:
    return Template.objects.create(
        key="armed", name="Armed person", name_fr="Personne armée", event="dangerPerson", category="Security",
        response_type="Shelter", urgency="Immediate", severity=4, certainty="Observed", scope="Public", tlp="CLEAR",
        lasts_min=45, words=WORDS,
    )  # fmt: skip


def test_a_template_fills_a_draft(cast: Cast, at, armed):
    alert = actions.create_draft(cast.avery.actor(at), armed, at=at)

    assert (alert.event, alert.severity, alert.scope) == ("dangerPerson", 4, "Public")
    assert alert.expires_at == at + timedelta(minutes=45)
    assert alert.escalate_after_min == 5
    assert alert.infos.get(language="fr").headline == WORDS["fr"]["headline"]
    assert timeline(alert).get().facts["template"] == "armed"


def test_a_template_for_the_public_starts_restricted_where_the_partner_may_not_alert_it(
    cast: Cast, at, armed
):
    dana = cast.join("dana", cast.bao.partner, role=Role.PUBLISHER)

    assert actions.create_draft(dana.actor(at), armed, at=at).scope == "Restricted"


def test_text_is_cleaned_not_parsed(cast: Cast, at):
    alert = draft(
        cast.avery,
        at,
        area_desc="King\u202e &\tBay\x00",
        words={"en": {"headline": "<script>alert(1)</script>\n", "description": "one\r\n\x1btwo"}},
    )

    assert alert.area_desc == "King & Bay"
    info = alert.infos.get(language="en")
    assert info.headline == "<script>alert(1)</script>"
    assert info.description == "one\ntwo"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"severity": 9}, "severity"),
        ({"severity": "grave"}, "severity"),
        ({"status": "System"}, "status"),
        ({"scope": "Private"}, "scope"),
        ({"tlp": "WHITE"}, "tlp"),
        ({"event": "earthquake"}, "event"),
        ({"escalate_after_min": -1}, "escalate_after_min"),
        ({"escalate_after_min": 99_999_999}, "escalate_after_min"),
        ({"asks_response": "perhaps"}, "asks_response"),
        ({"area_desc": "x" * 201}, "area_desc"),
        ({"area_desc": None}, "area_desc"),
        ({"exercise_note": "x" * 121}, "exercise_note"),
        ({"audience_kinds": ["army"]}, "audience_kinds"),
        ({"audience_roles": ["boss"]}, "audience_roles"),
        ({"audience_groups": ["one"]}, "audience_groups"),
        ({"audience_groups": [str(uuid4())]}, "audience_groups"),
        ({"words": {"en": {"headline": "x" * 141}}}, "en_headline"),
        ({"words": {"en": {"instruction": "x" * 601}}}, "en_instruction"),
        ({"words": {"fr": {"description": "x" * 1201}}}, "fr_description"),
        ({"words": {"en": {"headline": ["x"]}}}, "en_headline"),
        ({"words": {"de": {"headline": "x"}}}, "words"),
    ],
)
def test_bad_values_are_refused_with_a_sentence_and_change_nothing(cast: Cast, at, data, field):
    alert = draft(cast.avery, at)

    with pytest.raises(NotUsable) as refused:
        actions.edit(cast.avery.actor(at), alert, {"category": "Fire", **data}, at=at)

    assert refused.value.field == field
    assert str(refused.value).endswith(".")
    alert.refresh_from_db()
    assert alert.category == "Security"


@pytest.mark.parametrize("minutes", [None, 0, -1, 7 * 24 * 60 + 1])
def test_bad_ends_are_refused(cast: Cast, at, minutes):
    expires_at = None if minutes is None else at + timedelta(minutes=minutes)

    with pytest.raises(NotReady) as refused:
        draft(cast.avery, at, expires_at=expires_at)
    assert refused.value.field == "expires_at"


def test_a_shape_that_crosses_itself_is_refused_and_shows_where(cast: Cast, at):
    bow = [[-79.39, 43.64], [-79.37, 43.66], [-79.37, 43.64], [-79.39, 43.66], [-79.39, 43.64]]

    with pytest.raises(ShapeRefused) as refused:
        draft(cast.avery, at, shapes={"shapes": [{"type": "Polygon", "coordinates": [bow]}]})
    assert refused.value.detail["at"] == [-79.38, 43.65]


def test_a_zone_is_an_area(cast: Cast, at):
    alert = draft(cast.avery, at, shapes={"zones": [str(cast.zone.pk)]})

    assert alert.area.equals(cast.zone.area)


def test_the_area_can_be_taken_away_again(cast: Cast, at):
    alert = draft(cast.avery, at)

    alert = actions.edit(cast.avery.actor(at), alert, {"shapes": {"shapes": [], "zones": []}}, at=at)

    assert (alert.area, alert.shapes) == (None, {})


def test_pauses_in_typing_are_not_logged_another_hand_is(cast: Cast, at):
    alert = draft(cast.avery, at, shapes=DOWNTOWN)
    actions.edit(cast.avery.actor(at), alert, {"area_desc": "King and"}, at=at)
    alert = actions.edit(cast.sam.actor(at), alert, {"area_desc": "King and Bay"}, at=at)

    assert [entry.verb for entry in timeline(alert)] == ["alert.drafted", "alert.edited"]
    assert alert.edited_by == cast.sam.user
