"""A document from outside is read, put right with a note, kept apart with a reason, or refused. Never a fault."""

import pytest

from cityalert.exchange.cap import areas, profile, values
from cityalert.exchange.cap.opening import CapRefused, Incomplete
from cityalert.exchange.cap.reading import read
from tests.exchange.samples import CAP_1_2, ROUND_KING_AND_BAY, alert, info, of_agencies


def codes(notes) -> list[str]:
    return [note.code for note in notes]


def test_a_document_in_order_is_read_without_a_note():
    reading = read(alert(references="alerts@gas.example,gas-0,2026-03-05T11:00:00-05:00", msgType="Update"))

    assert (reading.document.identifier, reading.document.msg_type, reading.notes) == ("gas-1", "Update", [])
    assert [one.language for one in reading.document.infos] == ["en-CA", "fr-CA"]
    assert reading.document.infos[0].areas[0].geocodes[0].value == "3520005"
    assert profile.broken(reading.document) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (alert(namespace="urn:oasis:names:tc:emergency:cap:1.1"), "version"),
        (alert().replace(f' xmlns="{CAP_1_2}"'.encode(), b""), "no_namespace"),
        (b"<envelope>" + alert() + b"</envelope>", "wrapped"),
        (alert(status="").replace(b"<scope>", b"<status>Actual</status><scope>"), "order"),
        (alert().replace(b"msgType", b"MsgType"), "element_case"),
        (alert(info(more="<mood>calm</mood>")), "unknown_element"),
        (alert(info(more="<event>another</event>")), "repeated"),
        (alert(info(headline="Gas <b>leak</b>")), "markup"),
        (alert(info(severity="severe")), "spelling"),
        (alert(info(severity="Catastrophic")), "unknown_code"),
        (alert(identifier="gas 1"), "bad_name"),
        (alert(sent="2026-03-05T17:00:00.250Z"), "time_form"),
        (alert(sent="2026-03-05T12:00:00"), "time_zone"),
        (alert(info(expires="tomorrow")), "bad_time"),
        (alert(info(more="<resource><resourceDesc>Map</resourceDesc><size>big</size></resource>")), "bad_number"),
        (alert(info(more="<resource><resourceDesc>Map</resourceDesc></resource>")), "filled"),
        (alert(references="gas-0"), "bad_reference"),
        (alert(references="alerts@gas.example,gas-1,2026-03-05T12:00:00-05:00"), "self_reference"),
    ],
)  # fmt: skip
def test_what_can_be_put_right_is_put_right_with_a_note(raw, code):
    reading = read(raw)

    assert code in codes(reading.notes)
    assert all(note.sentence and "%(" not in note.sentence for note in reading.notes)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (alert(scope=""), "“alert/scope” is missing."),
        (alert(status="Perhaps"), "“status” cannot be used: “Perhaps”."),
        (alert(sent="soon"), "“alert/sent” is missing."),
        (alert(info(event="")), "“info/event” is missing."),
        (b"<rss><channel/></rss>", "It is XML, but no CAP alert: its root is “rss”."),
        (b"<feed>" + 2 * alert() + b"</feed>", "There is more than one alert in it."),
        (alert()[:-3], "It is not well-formed XML"),
        (b"\x89PNG\r\n", "It is not well-formed XML"),
        (alert(identifier="x" * 5000), "“identifier” cannot be used"),
    ],
)
def test_what_lacks_what_cap_requires_is_kept_apart_with_the_reason(raw, reason):
    with pytest.raises(Incomplete) as incomplete:
        read(raw)

    assert reason in " ".join(note.sentence for note in incomplete.value.notes)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<?xml version="1.0"?><!-- <alert> --><!DOCTYPE alert [<!ENTITY l0 "ha">{LAUGHS}]>'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"  \n",
        DOCTYPE.encode() + alert(info(headline="&l9;")),
        (DOCTYPE + alert().decode()).encode("utf-16"),
        b'<!DOCTYPE alert SYSTEM "http://127.0.0.1/x.dtd">' + alert(),
        alert(info(headline="x" * 30_000_000)),
        alert(info(more="<a/>" * 600_000)),
        alert(info(more="<a>" * 200 + "</a>" * 200)),
        alert(info(more="<a>" * 9_000 + "</a>" * 9_000)),
        alert(info(shape=f"<polygon>{'43,-79 ' * 150_000}</polygon>")),
        alert(info(shape="".join(f"<circle>43,-79.{n} 1</circle>" for n in range(900)))),
    ],
)
def test_what_could_do_harm_is_refused_at_once(raw):
    with pytest.raises(CapRefused) as refused:
        areas.geometry(read(raw).document)

    assert str(refused.value)


def test_a_document_in_another_encoding_is_understood():
    text = '<?xml version="1.0" encoding="{}"?>' + alert(info(headline="Fermé")).decode()

    for encoding in ("ISO-8859-1", "UTF-16", "windows-1252"):
        [said] = read(text.format(encoding).encode(encoding)).document.infos
        assert said.headline == "Fermé"


def test_references_are_triples_and_an_identifier_may_have_commas():
    found, wrong = values.references("a@b,urn:x,1,2026-03-05T12:00:00-05:00 nonsense")

    assert [one[:2] for one in found] == [("a@b", "urn:x,1")]
    assert wrong == ["nonsense"]


def said(parameter: str, value: str) -> str:
    name = f"<valueName>profile:CAP-CP:0.4:{parameter}</valueName>"
    return f"<parameter>{name}<value>{value}</value></parameter>"


BROKEN_RULES = {
    "cp_code": alert(code=""),
    "cp_references": alert(msgType="Cancel"),
    "cp_language": alert(info("en-CA"), info("").replace("<language></language>", "")),
    "cp_values": alert(info(), info("fr-CA", severity="Minor")),
    "cp_event": alert(info().replace("<value>hazmat</value>", "<value>gas</value>")),
    "cp_events": alert(info(), info("fr-CA").replace("hazmat", "fire")),
    "cp_location": alert(info().replace("Location:0.3", "Elsewhere")),
    "cp_expires": alert(info().replace("<expires>2026-03-05T23:00:00-05:00</expires>", "")),
    "cp_sender_name": alert(info().replace("<senderName>City gas works</senderName>", "")),
    "cp_response": alert(info().replace("<responseType>Avoid</responseType>", "")),
    "cp_minor_change": alert(info(more=said("MinorChange", "text"))),
    "cp_translated": alert(info(more=said("AutoTranslated", "perhaps"))),
}  # fmt: skip


@pytest.mark.parametrize("code", BROKEN_RULES)
def test_each_broken_rule_of_the_canadian_profile_is_named(code):
    assert codes(profile.broken(read(BROKEN_RULES[code]).document)) == [code]


def test_the_canadian_profile_is_not_asked_of_others():
    elsewhere = info("en-AU", shape="").replace("profile:CAP-CP", "other")

    assert profile.broken(read(alert(elsewhere, code="")).document) == []


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("canada.cap", []), ("canada_signed.cap", []), ("canada_errors.cap", []), ("australia.cap", []),
        ("amber_example.xml", []), ("earthquake.cap", ["version"]), ("weather.cap", ["version"]),
        ("no_optional_fields.cap", ["version"]), ("earthquake-iso8859-1.cap", []),
    ],
)  # fmt: skip
def test_documents_of_agencies_are_read(name, notes):
    assert codes(read(of_agencies(name)).notes) == notes


def test_documents_of_agencies_that_are_wrong_are_kept_apart_or_refused():
    with pytest.raises(Incomplete):
        read(of_agencies("invalid.cap"))
    with pytest.raises(CapRefused):
        read(of_agencies("xee.cap"))
    assert codes(profile.broken(read(of_agencies("canada_errors.cap")).document)) == [
        "cp_code", "cp_references", "cp_event",
    ]  # fmt: skip


OUTLINES = {
    "three_dimensions": ROUND_KING_AND_BAY.replace(" ", ",90 ") + ",90",
    "swapped": "-79.39,43.64 -79.37,43.64 -79.37,43.66 -95,43.66 -79.39,43.64",
    "unclosed": "43.64,-79.39 43.64,-79.37 43.66,-79.37 43.66,-79.39",
    "self_crossing": "43.64,-79.39 43.66,-79.37 43.64,-79.37 43.66,-79.39 43.64,-79.39",
    "antimeridian": "50,179 52,-179 53,-178 51,178 50,179",
}


@pytest.mark.parametrize("code", OUTLINES)
def test_a_broken_outline_is_drawn_all_the_same(code):
    document = read(alert(info(shape=f"<polygon>{OUTLINES[code]}</polygon>"))).document
    geometry, notes = areas.geometry(document)

    assert codes(notes) == [code]
    assert geometry is not None
    assert geometry.valid
    west, _south, east, _north = geometry.extent
    assert -180 <= west <= east <= 180
    # What it said is kept, whatever was drawn.
    assert document.infos[0].areas[0].polygons == (OUTLINES[code],)


@pytest.mark.parametrize(
    "shape",
    [
        "<polygon>here</polygon>",
        "<polygon>1,2 3,4 3,4 1,2</polygon>",
        "<polygon>95,95 96,96 97,95 95,95</polygon>",
        "<circle>43,-79 -1</circle>",
        "<circle>43,-79 99999</circle>",
        "<circle>nan,nan 1</circle>",
    ],
)
def test_a_shape_that_is_none_is_named_and_not_drawn(shape):
    geometry, notes = areas.geometry(read(alert(info(shape=shape))).document)

    assert (geometry, codes(notes)) == (None, ["not_drawn"])


def test_a_tangle_of_34066_points_is_drawn_as_its_hull():
    points = [((n * 7919) % 34061 / 34061, (n * 104729) % 33961 / 33961) for n in range(34_066)]
    text = " ".join(f"{43 + lat:.5f},{-79 + lon:.5f}" for lat, lon in points)
    geometry, notes = areas.geometry(read(alert(info(shape=f"<polygon>{text}</polygon>"))).document)

    assert "tangle" in codes(notes)
    assert geometry is not None
    assert geometry.num_coords < 5_000
