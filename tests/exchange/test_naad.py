"""Alert Ready's stream over a real socket: what is said is heard once, what was missed is fetched."""

import socket
import threading
from contextlib import contextmanager

import pytest

from cityalert.exchange import naad
from cityalert.exchange.models import External, Quarantined, Source
from tests.exchange.samples import alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def stream(settings, sandbox, at):
    settings.NAAD_ARCHIVE = f"{sandbox.url}/naad/archive"
    return naad.Stream(naad.source(at=at))


@contextmanager
def listening(hosts, silence_s=5.0):
    """What is heard beside the test, and why hosts were left."""
    heard: list[bytes] = []
    left: list[str] = []
    stop = threading.Event()
    changed = threading.Condition()

    def keep(to):
        def keep_one(one):
            with changed:
                to.append(one)
                changed.notify_all()

        return keep_one

    thread = threading.Thread(
        target=naad.listen, args=(hosts, keep(heard), keep(left), stop), kwargs={"silence_s": silence_s}
    )
    thread.start()
    try:
        yield lambda count: _first(heard, count, changed), left
    finally:
        stop.set()
        thread.join(10)


def _first(heard, count, changed):
    with changed:
        assert changed.wait_for(lambda: len(heard) >= count, 10), heard
        return heard[:count]


def test_what_is_said_on_the_stream_is_an_external_alert_for_all(sandbox, stream, at):
    with listening([sandbox.naad.host]) as (first, _left):
        first(1)  # the heartbeat that greets
        sandbox.naad.sample()
        heard = first(2)
    for raw in (*heard, heard[1]):
        stream.heard(raw, at=at)

    external = External.objects.get()
    assert (external.partner, external.source) == (None, stream.source)
    assert external.headline_fr.startswith("Avertissement")
    assert external.notes == []
    assert Source.objects.get().succeeded_at == at


def test_what_was_missed_is_fetched_when_a_heartbeat_names_it(sandbox, stream, at):
    missed = sandbox.naad.sample(aloud=False)

    for _beat in range(2):
        stream.heard(sandbox.naad.heartbeat(), at=at)

    assert [one.identifier for one in External.objects.all()] == [missed.identifier]
    assert External.objects.get().origin == "NAAD archive"


def test_an_archive_that_was_down_is_asked_again(sandbox, stream, at, settings):
    there, settings.NAAD_ARCHIVE = settings.NAAD_ARCHIVE, "http://127.0.0.1:9"
    missed = sandbox.naad.sample(aloud=False)
    beat = sandbox.naad.heartbeat()

    stream.heard(beat, at=at)
    assert not External.objects.exists()

    settings.NAAD_ARCHIVE = there
    stream.heard(beat, at=at)
    assert [one.identifier for one in External.objects.all()] == [missed.identifier]


def test_a_silent_host_is_left_for_the_next(sandbox, stream, at):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = f"127.0.0.1:{mute.getsockname()[1]}"
        with listening([silent, sandbox.naad.host], silence_s=0.3) as (first, left):
            [beat] = first(1)
            stream.silent(left[0], at=at)

    assert b"NAADS-Heartbeat" in beat
    assert left[0].startswith(silent)
    assert Source.objects.get().why.code == "silent"


def test_documents_are_cut_wherever_the_network_cuts_them():
    framing, whole = naad.Framing(), alert() + b"\n" + alert(identifier="gas-2")

    found = [
        document for byte in range(0, len(whole), 7) for document in framing.feed(whole[byte : byte + 7])
    ]

    assert found == [alert(), alert(identifier="gas-2")]


def test_a_broken_document_on_the_stream_waits_and_nothing_stops(stream, at):
    for raw in (b"garbage</alert>", b"<!DOCTYPE x><alert></alert>", alert(scope=""), alert()):
        stream.heard(raw, at=at)

    assert External.objects.count() == 1
    assert Quarantined.objects.count() == 2


def test_the_archive_is_asked_by_day_sent_and_identifier(settings):
    settings.NAAD_ARCHIVE = "http://capcp.example/"

    assert naad.archived("urn:oid:2.49+1", "2026-03-05T12:00:00-05:00") == (
        "http://capcp.example/2026-03-05/2026_03_05T12_00_00_05_00Iurn_oid_2.49p1.xml"
    )
