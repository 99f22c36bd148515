"""What was written to the database once, written again by one statement: much faster than by models."""

import pickle
from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.table_owner import KEPT


class Replay:
    """A function that writes rows and returns what it made. Called again, it does the same, with the same keys.

    They are free again once the first test that wrote them has been rolled back or emptied.
    """

    def __init__(self, write: Callable[[], Any]) -> None:
        self._write = write
        self._made = b""
        self._statement = ""

    def __call__(self) -> Any:
        """Write, or write again."""
        if not self._made:
            before = _rows()
            made = self._write()
            self._made, self._statement = pickle.dumps(made), _insertions(before)
            return made
        with connection.cursor() as cursor:
            cursor.execute(self._statement)
        return pickle.loads(self._made)


def _rows() -> dict[str, set[str]]:
    """Every row as PostgreSQL writes it down, by table."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', t::text FROM {name} t" for name in tables))
        found: dict[str, set[str]] = {}
        for table, row in cursor.fetchall():
            found.setdefault(table, set()).add(row)
        return found


def _insertions(before: dict[str, set[str]]) -> str:
    """Foreign keys are looked at when all is done, so the order of the tables does not matter."""
    statements = []
    with connection.cursor() as cursor:
        for table, rows in _rows().items():
            new = sorted(rows - before.get(table, set()))
            if new:
                rows_of = f"INSERT INTO {table} SELECT (row::{table}).* FROM unnest(%s::text[]) AS row"
                statements.append(cursor.mogrify(rows_of, [new]))
    return ";\n".join(statements)
