"""What only the owner of the tables may do: break them, empty them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cityalert.lib.postgis.base import DatabaseWrapper


@contextmanager
def as_owner() -> Iterator[CursorWrapper]:
    """Statements run as the owner, on the test's connection and in its transaction."""
    connection.has_wall = False
    try:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            yield cursor
    finally:
        connection.has_wall = DatabaseWrapper.has_wall
        connection.forget_standing()
