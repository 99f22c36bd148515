"""Addresses become places: by the loaded gazetteer, or by a service that may be slow, busy or wrong."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.urls import reverse

from cityalert.geo.gazetteer import fold
from cityalert.geo.geocoding import KEPT_FOR, Found, NotFoundOut, NotYet, geocoder
from cityalert.geo.models import Geocoding, Place
from tests.door import let_in

pytestmark = pytest.mark.django_db

TOWER = {"display_name": "66 Wellington St W, Toronto", "lat": "43.6478", "lon": "-79.3815", "osm_id": 1}


class Service(HTTPServer):
    """Answers like Nominatim, or as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[dict[str, list[str]], str]] = []
        self.status, self.body = 200, json.dumps([TOWER]).encode()


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append((parse_qs(urlsplit(self.path).query), self.headers["User-Agent"]))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def service(settings) -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.GEOCODER_URL = f"http://127.0.0.1:{server.server_port}/"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_without_a_service_the_loaded_places_are_looked_through(at):
    Place.objects.create(
        name="King St W & Bay St", search=fold("King St W & Bay St"), location=Point(-79.38, 43.65)
    )

    assert geocoder().find("king and bay", at=at) == [Found("King St W & Bay St", -79.38, 43.65)]
    assert geocoder().is_quick


def test_a_service_is_asked_by_name_and_only_around_the_city(service, at, settings):
    assert geocoder().find("66 Wellington W", at=at) == [
        Found("66 Wellington St W, Toronto", -79.3815, 43.6478)
    ]

    query, agent = service.asked[0]
    assert query["q"] == ["66 Wellington W"]
    assert query["bounded"] == ["1"]
    assert settings.PUBLIC_URL in agent


def test_what_was_answered_is_not_asked_again_for_ninety_days(service, at):
    geocoder().find("66 Wellington W", at=at)
    cache.clear()
    geocoder().find("66, WELLINGTON w", at=at + KEPT_FOR - timedelta(seconds=1))
    assert len(service.asked) == 1

    geocoder().find("66 Wellington W", at=at + KEPT_FOR)
    assert len(service.asked) == 2
    assert Geocoding.objects.count() == 1


def test_the_question_itself_is_not_kept(service, at):
    geocoder().find("12 Secret Lane", at=at)

    assert "secret" not in str(Geocoding.objects.values()).lower()


def test_one_question_a_second(service, at):
    geocoder().find("66 Wellington W", at=at)

    with pytest.raises(NotYet):
        geocoder().find("1 Yonge St", at=at)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (429, b"slow down"),
        (200, b"<html>"),
        (200, b'{"error": "no"}'),
        (200, b'[{"lat": "43"}]'),
        (200, b'[{"display_name": "x", "lat": "x", "lon": "y"}]'),
        (200, b'[{"display_name": "x", "lat": "430", "lon": "1"}]'),
        (200, b'["x"]'),
        (302, b""),
    ],
)
def test_a_service_that_fails_is_a_sentence_and_never_a_fault(service, at, status, body):
    service.status, service.body = status, body

    with pytest.raises(NotFoundOut):
        geocoder().find("66 Wellington W", at=at)
    assert not Geocoding.objects.exists()


def test_a_service_that_is_not_there_is_a_sentence_too(settings, at):
    settings.GEOCODER_URL = "http://127.0.0.1:9"

    with pytest.raises(NotFoundOut):
        geocoder().find("66 Wellington W", at=at)


def test_the_area_editor_asks_whichever_there_is(service, cast, client):
    let_in(client, cast.corin)

    found = client.get(reverse("geo:places"), {"q": "66 Wellington W"}).json()
    assert found == [{"name": "66 Wellington St W, Toronto", "lon": -79.3815, "lat": 43.6478}]

    busy = client.get(reverse("geo:places"), {"q": "1 Yonge St"}, headers={"Accept": "application/json"})
    assert busy.status_code == 503
    assert "question a second" in busy.json()["sentence"]
