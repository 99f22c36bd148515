"""What only the owner of the tables may do: break them, empty them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
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


# Rows that come with the tables, and which no test changes.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "spatial_ref_sys"}


def empty_tables() -> None:
    """Leave no row that a test committed. Foreign keys are looked at when all is done, so the order does not matter."""
    with as_owner() as cursor, transaction.atomic():
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
        cursor.execute(asked)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")
