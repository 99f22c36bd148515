"""Tests of the socket run against real servers on the test database; what they write is committed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from cityalert.lib import clock
from cityalert.live import feed
from partners.models import Partner
from tests.cast import Cast, assemble
from tests.live import pages
from tests.live.servers import PLAIN_ASGI, READY_FRAMES, Server, redis, web

__all__ = ["redis"]

OpenPage = Callable[..., pages.Page]


@pytest.fixture(scope="session")
def database(django_db_setup: None) -> str:
    """The test database's name."""
    return str(connection.settings_dict["NAME"])


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[Server]:
    """One server for a file's tests."""
    with web(database) as running:
        yield running


@pytest.fixture(scope="module", params=[READY_FRAMES, PLAIN_ASGI], ids=["ready frames", "plain ASGI"])
def either_server(request: pytest.FixtureRequest, database: str) -> Iterator[Server]:
    """First the fast way to write, then the portable one."""
    with web(database, ws=request.param) as running:
        yield running


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast, committed."""
    return assemble()


@pytest.fixture
def open_page() -> Iterator[OpenPage]:
    """Opens pages that are closed after the test."""
    with ExitStack() as opened:
        yield lambda *args, **kwargs: opened.enter_context(pages.open_page(*args, **kwargs))


def claim(partner: Partner) -> str:
    """How a partner is named in the feed."""
    return f"partner:{partner.pk}"


def show(*partners: Partner, headline: str = "Fire", expires_at: datetime | None = None) -> int:
    """Commit a card for partners; its position."""
    at = clock.now()
    cards = {"en": {"headline": headline}, "fr": {"headline": f"{headline} (fr)"}}
    with transaction.atomic():
        return feed.append(
            cards, map(claim, partners), at=at, expires_at=expires_at or at + timedelta(hours=1)
        )
