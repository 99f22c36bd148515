"""What PostgreSQL cannot know when it plans a statement, told to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def reading_once() -> Iterator[None]:
    """Two large sets are joined by reading each once, whatever the statistics say; in a transaction, if there is none.

    An alert writes a million rows in seconds, and the statistics know of none of them until PostgreSQL looks again: it
    believes that there is one, and goes through all of the one set for each of the other. A correction, which comes
    just then, would take time by the square of those who heard the error.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")
