"""Alerts for programs: each format is what its standard asks for, read as strictly as the strictest reader does."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from cityalert.alerts import actions, cap
from tests.alerts.writing import public, published
from tests.public.reading import entries, events
from tests.public.test_pages import cancelled

pytestmark = pytest.mark.django_db

HEADLINE = "Fire; “Main & 3rd”, smoke <heavy>\\ and a headline long enough to be folded in a calendar, é"
WORDS = {"en": {"headline": HEADLINE, "instruction": "Stay in.\nClose windows.", "description": "A & B"}}


def feed(form, language="en"):
    answer = Client().get(reverse("public:feed", args=[language, form]))
    assert answer.status_code == 200
    return answer


@pytest.fixture
def told(cast, at):
    """One that goes on, one that was called off, one that is nobody's business."""
    going_on = public(cast.avery, cast.sam, at, words=WORDS, severity=4)
    called_off = public(cast.avery, cast.sam, at, area_desc="Elsewhere")
    over = cancelled(cast, called_off, at + timedelta(minutes=5))
    published(cast.avery, at, area_desc="Secret place")
    return going_on, called_off, over


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_reader_reads_every_message_and_nothing_restricted(form, told):
    going_on, called_off, over = told
    read = entries(feed(form).content)

    titles = {key: title for key, (title, _link) in read.items()}
    assert titles[f"urn:uuid:{going_on.pk}"] == HEADLINE
    assert titles[f"urn:uuid:{called_off.pk}"].startswith("[CANCELLED]")
    assert titles[f"urn:uuid:{over.pk}"].startswith("[CANCELLED]")
    assert len(titles) == 3
    assert "Secret" not in feed(form).content.decode()
    assert all("/public/en/alerts/" in link for _title, link in read.values())


def test_an_entry_of_atom_says_cap_and_leads_to_the_whole_message(told):
    alert = told[0]
    names = {"a": "http://www.w3.org/2005/Atom", "cap": cap.NAMESPACE}
    root = etree.fromstring(feed("atom").content)
    entry = root.xpath(f"a:entry[a:id='urn:uuid:{alert.pk}']", namespaces=names)[0]

    assert entry.findtext("cap:severity", namespaces=names) == "Extreme"
    assert entry.findtext("cap:areaDesc", namespaces=names) == alert.area_desc
    assert entry.findtext("cap:polygon", namespaces=names) in alert.cap_xml
    link = entry.xpath("a:link[@type='application/cap+xml']/@href", namespaces=names)[0]
    answer = Client().get(link.removeprefix("http://localhost:8000"))
    assert answer.content.decode() == alert.cap_xml
    assert answer["Content-Type"].startswith("application/cap+xml")


def test_the_map_holds_only_what_is_going_on(told):
    collection = json.loads(feed("geojson").content)

    assert [one["id"] for one in collection["features"]] == [str(told[0].pk)]
    assert collection["features"][0]["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert collection["features"][0]["properties"]["severity"] == "Extreme"


def test_a_calendar_holds_one_event_for_each_happening(told):
    read = events(feed("ics").content)

    going_on, called_off, over = told
    assert set(read) == {str(going_on.series), str(called_off.series)}
    assert read[str(going_on.series)]["SUMMARY"] == HEADLINE
    assert read[str(going_on.series)]["DESCRIPTION"].startswith("Stay in.\nClose windows.")
    assert read[str(called_off.series)]["STATUS"] == "CANCELLED"
    assert read[str(called_off.series)]["DTEND"] == over.published_at.replace(microsecond=0)


def test_each_language_has_its_feed(cast, at):
    public(cast.avery, cast.sam, at)
    assert "Personne armée" in feed("atom", "fr").content.decode()


def test_whoever_has_it_already_is_told_so_in_a_few_bytes(cast, at):
    for _ in range(2):
        answer = feed("atom")
        headers = {"If-None-Match": answer["ETag"]}
        assert Client().get(reverse("public:feed", args=["en", "atom"]), headers=headers).status_code == 304
        public(cast.avery, cast.sam, at)
        assert Client().get(reverse("public:feed", args=["en", "atom"]), headers=headers).status_code == 200


def test_an_update_takes_the_place_of_what_it_replaces(cast, at):
    alert = public(cast.avery, cast.sam, at)
    newer = actions.start_update(cast.avery.actor(at), alert, at=at + timedelta(minutes=1))
    actions.submit(cast.avery.actor(at), newer, at=at + timedelta(minutes=1))
    actions.approve(cast.sam.actor(at), newer, at=at + timedelta(minutes=2))

    features = json.loads(feed("geojson").content)["features"]
    assert [one["id"] for one in features] == [str(newer.pk)]
    titles = [title for title, _link in entries(feed("rss").content).values()]
    assert titles[0].startswith("[UPDATE]")
    assert titles[1].startswith("[REPLACED]")
