"""What every test may ask for: the database as the product's own role, the cast, the sandbox, a public address."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

from cityalert.lib import clock


def _become_the_application(connection: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Make the tables as their owner; from then on every connection is the role the product runs with."""
    if settings.DATABASE_APP_ROLE:
        connection.close()
        if connection.pool:
            connection.close_pool()
        connection_created.connect(_become_the_application)
    yield
    connection_created.disconnect(_become_the_application)
    if connection.pool:
        connection.close_pool()


@pytest.fixture(scope="session", autouse=True)
def _emptying_is_the_owners() -> Iterator[None]:
    """Tests that commit are cleaned up by TRUNCATE, which only the owner may."""
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def as_owner(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        teardown(self)
        if settings.DATABASE_APP_ROLE:
            _become_the_application(connection)

    TransactionTestCase._fixture_teardown = as_owner  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]


@pytest.fixture
def at() -> datetime:
    """The present, where a test needs one moment."""
    return clock.now()
