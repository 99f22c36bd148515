"""Feeds are looked at by themselves; what is wrong with one is said on its page, and stops nothing else."""

from datetime import timedelta

import pytest

from cityalert.audit.queries import timeline
from cityalert.exchange import actions, feeds, polling
from cityalert.exchange.cap.opening import Incomplete
from cityalert.exchange.models import External, Quarantined, Source
from cityalert.lib import outbound
from partners.roles import Role
from tests.door import let_in
from tests.exchange.feeding import atom, entry, numbered, serving
from tests.exchange.samples import alert, of_agencies

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(settings):
    with serving() as server:
        settings.EXCHANGE_TRUSTED = [server.url]
        yield server


@pytest.fixture
def admin(cast):
    return cast.join("ada", cast.avery.partner, Role.ADMINISTRATOR)


@pytest.fixture
def add(admin, at):
    def add(url: str, **data) -> Source:
        actor = admin.actor(at)
        return actions.add_source(actor, {"name": "Gas works", "url": url, **data}, at=at)

    return add


def look(source: Source, at) -> Source:
    Source.objects.filter(pk=source.pk).update(next_at=at)
    assert polling.poll_due(at=at) == 1
    source.refresh_from_db()
    return source


def reports(source: Source) -> list[str]:
    return [note[0] for _title, note in source.report]


def test_what_a_feed_links_to_comes_in_once(web, add, at):
    feed = atom(*(entry(f"e{n}", web.put(f"/{n}", numbered(n))) for n in range(3)))
    source = look(add(web.put("/feed", feed, ETag='"one"')), at)

    assert External.objects.filter(source=source, partner=source.partner).count() == 3
    assert (source.succeeded_at, source.report, source.why) == (at, [], None)
    asked = len(web.asked)
    look(source, at + timedelta(minutes=5))
    assert [path for path, _headers in web.asked[asked:]] == ["/feed"]
    assert web.asked[-1][1]["If-None-Match"] == '"one"'
    changed = feed.replace(b"<title>Entry e1", b"<title>Entry again").replace(b"12:00:00Z", b"13:00:00Z", 1)
    web.put("/feed", changed, ETag='"two"')
    look(source, at + timedelta(minutes=10))
    assert [path for path, _headers in web.asked[asked + 1 :]] == ["/feed", "/0"]


def test_what_is_wrong_with_an_entry_is_said_and_the_others_come_in(web, add, at):
    feed = atom(
        entry("good", web.put("/good", numbered(1))),
        entry("gone", web.url + "/gone"),
        entry("odd", web.put("/odd", alert(scope=""))),
        entry("bad", web.put("/bad", b"<!DOCTYPE a><a/>")),
        "<entry><title>No name</title></entry>",
        "<entry><id>tag:nothing</id></entry>",
        entry("no address", "https://[nowhere/"),
        entry("inside", "https://127.0.0.1/alert"),
    )
    source = look(add(web.put("/feed", feed)), at)

    assert [one.identifier for one in External.objects.all()] == ["gas-1"]
    assert reports(source) == [
        "http_status",
        "kept_apart",
        "refused",
        "no_id",
        "no_link",
        "no_link",
        "not_allowed",
    ]
    assert Quarantined.objects.get().source == source


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, b"", "http_status"),
        (302, b"", "http_status"),
        (200, b"<html><body>Maintenance</body></html>", "not_a_feed"),
        (200, b"Not even XML", "not_xml"),
        (200, b"", "refused"),
        (200, b"x" * 6_000_000, "too_long"),
    ],
)
def test_a_failure_is_said_and_asked_about_less_and_less_often(web, add, at, status, body, why):
    source = add(web.put("/feed", body, status))
    waits = []
    for _look in range(3):
        source = look(source, at)
        waits.append(source.next_at - at)

    assert source.reason[0] == why
    assert source.why is not None
    assert source.why.sentence
    assert waits == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    web.put("/feed", atom())
    assert look(source, at).reason == []


def test_a_server_that_drips_is_left_alone(web, add, at, monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.5)
    web.drips = True

    assert look(add(web.put("/feed", numbered(1) * 10)), at).reason[0] == "unreachable"


def test_an_address_inside_is_not_gone_to(add, at):
    source = look(add("https://127.0.0.1/feed"), at)

    assert source.reason[0] == "not_allowed"


def test_a_source_may_be_held_to_a_sender_and_to_a_signature(web, add, at):
    one = add(web.put("/one", numbered(1)), sender="somebody@else.example")
    look(one, at)
    assert not External.objects.exists()
    assert Quarantined.objects.get().said()[0].code == "other_sender"
    assert look(one, at + timedelta(hours=1)).report[0][1][0] == "kept_apart"


def test_a_source_is_looked_at_by_one_worker_at_a_time(web, add, at):
    source = add(web.put("/feed", atom()))

    assert polling.poll(source.pk, at=at)
    assert not polling.poll(source.pk, at=at + timedelta(seconds=1))


def test_administrators_arrange_sources_and_others_do_not(client, cast, admin, web, at):
    let_in(client, admin)
    bad = client.post("/imported/sources/new/", {"name": "X", "url": "http://example.org/", "every_min": 5})
    assert bad.status_code == 422
    assert "Only https addresses" in bad.content.decode()
    pem = client.post(
        "/imported/sources/new/",
        {"name": "X", "url": "https://example.org/", "every_min": 0, "certificates": "hello"},
    )
    assert "Between 1 and 1,440 minutes" in pem.content.decode()
    assert "no certificates in PEM" in pem.content.decode()
    url = web.put("/feed", atom("<entry/>"))
    said = {"name": "Gas works", "url": url, "every_min": 5, "is_active": "on"}
    page = client.post("/imported/sources/new/", said, follow=True)
    source = Source.objects.get()
    assert page.redirect_chain == [(f"/imported/sources/{source.pk}/", 302)]
    assert "already looked at" in client.post("/imported/sources/new/", said).content.decode()
    polling.poll_due(at=source.next_at)
    page = client.get(f"/imported/sources/{source.pk}/").content.decode()
    assert "links to nothing" in page
    client.post(f"/imported/sources/{source.pk}/poll/")
    client.post(f"/imported/sources/{source.pk}/remove/")
    assert not Source.objects.exists()
    assert [one.verb for one in timeline(source)] == ["source.added", "source.removed"]


def test_what_the_network_fetches_all_partners_see_and_only_staff_arrange(client, cast, web, at):
    let_in(client, cast.nadia)
    said = {"name": "Weather", "url": web.put("/alert", numbered(1)), "every_min": 5, "is_active": "on"}
    client.post("/hub/sources/new/", said)
    source = Source.objects.get(partner=None)
    polling.poll_due(at=source.next_at)
    external = External.objects.get()
    assert client.get("/hub/sources/").status_code == 200

    let_in(client, cast.avery)

    assert client.get(f"/imported/{external.pk}/").status_code == 200
    assert client.get(f"/imported/sources/{source.pk}/").status_code == 403
    let_in(client, cast.join("ada", cast.avery.partner, Role.ADMINISTRATOR))
    assert client.get(f"/imported/sources/{source.pk}/").status_code == 404
    assert client.get(f"/hub/sources/{source.pk}/").status_code == 404


BASE = "https://example.org/feeds/"


def test_feeds_of_agencies_are_understood():
    [weather] = feeds.entries(of_agencies("weather.atom"), BASE)
    assert b"NOAA-NWS-ALERTS" in weather.raw
    listed = feeds.entries(of_agencies("ny_index.rss"), BASE)
    assert [one.key for one in listed] == ["NYAlert-ALLHAZALERT-3167113", "NYAlert-ALLHAZALERT-3162202"]
    assert all(one.link.startswith("http://www.nyalert.gov/Public/") for one in listed)
    for name in ("no_id.atom", "invalid.rss"):
        [broken] = feeds.entries(of_agencies(name), BASE)
        assert broken.fault is not None
        assert broken.fault.code == "no_id"


def test_an_envelope_of_alerts_is_a_feed_and_a_page_is_none():
    found = feeds.entries(b"<EDXLDistribution>" + numbered(1) + numbered(2) + b"</EDXLDistribution>", BASE)

    assert [b"gas-1" in found[0].raw, b"gas-2" in found[1].raw] == [True, True]
    with pytest.raises(Incomplete):
        feeds.entries(b"<html/>", BASE)
