"""What every test may ask for: the database as the product's own role, the cast, the sandbox, a public address."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import Settings

from cityalert.lib import clock, tenancy
from cityalert.lib.postgis.base import DatabaseWrapper
from cityalert.sandbox.behaviour import Callbacks
from cityalert.sandbox.server import running
from cityalert.sandbox.world import Sandbox
from tests.cast import Cast, assemble
from tests.table_owner import empty_tables

# How quick a machine is, is nothing that a test asks.
hypothesis.settings.register_profile(
    "cityalert", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("cityalert")

# What has few tests that take long goes first: begun last, it would leave one of two workers waiting for it.
_FIRST = (
    "tests/browser/test_every_page.py",
    "tests/browser/",
    "tests/faults/",
    "tests/rules/",
    "tests/live/",
    "tests/ops/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files into the order in which the workers take them (`--no-loadscope-reorder`)."""

    def place(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(_FIRST) if item.nodeid.startswith(start)), len(_FIRST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Make the tables as their owner; from then on every connection has the roles the product runs with."""
    DatabaseWrapper.has_wall = bool(settings.DATABASE_APP_ROLE)
    # What a test prepares and looks at, it does for everybody. Requests stand for whom they come from.
    tenancy.work_across("a test")
    connection.close()
    if connection.pool:
        connection.close_pool()
    yield
    DatabaseWrapper.has_wall = False
    if connection.pool:
        connection.close_pool()


@pytest.fixture(scope="session", autouse=True)
def _emptying_is_the_owners() -> Iterator[None]:
    """Tests that commit are cleaned up by the owner, who alone may, and only where there is something.

    Django would empty all tables and make permissions and policies anew: that takes longer than most tests.
    """
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = lambda _test: empty_tables()  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]


@pytest.fixture
def at() -> datetime:
    """The present, where a test needs one moment."""
    return clock.now()


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the story, in a small world around King and Bay."""
    return assemble()


@pytest.fixture(scope="session")
def _one_sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_one_sandbox: Sandbox, settings: Settings) -> Iterator[Sandbox]:
    """Twilio, phones and mailboxes. Nobody listens to its call-backs, unless the test serves the product."""
    settings.SANDBOX_URL = _one_sandbox.url
    smtp = urlsplit(_one_sandbox.smtp_url)
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.hostname, smtp.port
    _one_sandbox.clear()
    _one_sandbox.twilio.behave(callbacks=Callbacks(dropped=True))
    yield _one_sandbox
    _one_sandbox.clear()
