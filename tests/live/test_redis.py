"""Redis carries hints only: with it news is at once, without it a look away, and nothing depends on it."""

from collections.abc import Iterator
from time import monotonic

import pytest
from django.db import transaction
from pytest_django import Settings

from cityalert.live.announce import announce
from partners.models import Partner
from tests.cast import Cast
from tests.live.conftest import OpenPage, show
from tests.live.pages import Page, sign_in
from tests.live.servers import Redis, Server, free_port, web
from tests.live.weather.apps import DEAF

NEVER = 3_600


@pytest.fixture
def hinting(settings: Settings, redis: Redis) -> Redis:
    """This process, too, hints through the test's own Redis."""
    config = {"hosts": [{"address": redis.url, "socket_timeout": None, "socket_connect_timeout": 2}]}
    backend = settings.CHANNEL_LAYERS["default"]["BACKEND"]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": config}}
    return redis


@pytest.fixture
def blind_servers(database: str, hinting: Redis) -> Iterator[list[Server]]:
    """Two processes that look only when told to."""
    with (
        web(database, redis_url=hinting.url, poll_seconds=NEVER) as one,
        web(database, redis_url=hinting.url, poll_seconds=NEVER) as other,
    ):
        yield [one, other]


def shown_until_heard(page: Page, partner: Partner, within: float = 20) -> int:
    """Keeps showing cards until one is heard: how many it took."""
    until = monotonic() + within
    count = 0
    while monotonic() < until:
        show(partner)
        count += 1
        try:
            page.hear("card", 0.3)
        except TimeoutError:
            continue
        return count
    raise AssertionError("Nothing was heard any more.")


def test_a_hint_reaches_every_process(people: Cast, blind_servers: list[Server], open_page: OpenPage):
    cookie = sign_in(people.vera.user)
    pages = [open_page(server, cookie) for server in blind_servers]
    for page in pages:
        page.hear("hello")
        shown_until_heard(page, people.vera.partner)

    began = monotonic()
    position = show(people.vera.partner)

    for page in pages:
        while page.hear("card")["position"] != position:
            pass
    assert monotonic() - began < 2


def test_redis_killed_and_started_again_empty(
    people: Cast, blind_servers: list[Server], hinting: Redis, open_page: OpenPage
):
    page = open_page(blind_servers[0], sign_in(people.vera.user))
    page.hear("hello")
    shown_until_heard(page, people.vera.partner)

    hinting.kill()
    missed = show(people.vera.partner)
    assert page.hears_no("card", 0.5)
    hinting.start()
    show(people.vera.partner)

    shown_until_heard(page, people.vera.partner)
    resumed = open_page(blind_servers[0], sign_in(people.vera.user), after=missed - 1)
    assert resumed.hear("card")["position"] == missed


def test_without_redis_news_is_one_look_away(people: Cast, database: str, open_page: OpenPage):
    with web(database, redis_url=f"redis://127.0.0.1:{free_port()}/0") as alone:
        page = open_page(alone, sign_in(people.vera.user))
        page.hear("hello")

        position = show(people.vera.partner)

        assert page.hear("card", 3)["position"] == position


def test_publishing_does_not_wait_for_a_redis_that_is_gone(people: Cast, hinting: Redis):
    hinting.kill()

    began = monotonic()
    for _ in range(20):
        show(people.vera.partner)
        announce("weather:nowhere", "changed")

    assert monotonic() - began < 2


def test_a_hint_goes_to_those_who_watch_its_topic_after_commit(
    people: Cast, server: Server, open_page: OpenPage
):
    topic = f"weather:{people.vera.partner.pk}"
    watching = open_page(server, sign_in(people.vera.user), topics=[topic])
    elsewhere = open_page(server, sign_in(people.vera.user))
    watching.hear("hello")
    elsewhere.hear("hello")

    with transaction.atomic():
        announce(topic, "rain")
        assert watching.hears_no("hint", 0.3)

    assert watching.hear("hint") == {"type": "hint", "topic": topic, "word": "rain"}
    assert elsewhere.hears_no("hint", 0.3)


def test_a_topic_that_may_no_longer_be_heard_is_dropped(people: Cast, server: Server, open_page: OpenPage):
    topic = f"weather:{people.vera.partner.pk}"
    page = open_page(server, sign_in(people.vera.user), topics=[topic])
    page.hear("hello")

    Partner.objects.filter(pk=people.vera.partner.pk).update(short_name=DEAF)

    for _ in range(4):
        page.hear("beat")
    announce(topic, "rain")
    assert page.hears_no("hint")
    show(people.vera.partner)
    assert page.hear("card")
