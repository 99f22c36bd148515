"""What the application's database role may do to each table. It owns nothing: it cannot change the schema."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from cityalert.ops import wall

READ = "SELECT"
APPEND = "SELECT, INSERT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
# Table → a column that the web's role writes and does not read: `wall` has a function that hands everybody their own.
UNREADABLE = {"accounts_user": "password"}

OWNED = """
SELECT c.relname, c.relkind = 'S'
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND pg_get_userbyid(c.relowner) = current_user
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""


def after_migrate(*, using: str, **_signal: Any) -> None:
    """Grant on everything the owner has just made. Nothing to do where the application is the owner."""
    if settings.DATABASE_APP_ROLE:
        apply(settings.DATABASE_APP_ROLE, using=using)
        apply(settings.DATABASE_ACROSS_ROLE, using=using)
        wall.build(using=using)


def apply(role: str, *, using: str = "default") -> None:
    """Make the role's rights on all relations of the present user exactly what they should be.

    As a user who owns nothing (the role itself, when a test flushes) it changes nothing.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        owned = _owned(cursor)
        if not owned:
            return
        append_only = {m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)}
        quote = connections[using].ops.quote_name
        cursor.execute("SELECT current_schema()")
        cursor.execute(f"GRANT USAGE ON SCHEMA {quote(cursor.fetchone()[0])} TO {quote(role)}")
        for statement in _statements(owned, append_only):
            cursor.execute(statement.format(role=quote(role)))
        if role == settings.DATABASE_APP_ROLE:
            for table in UNREADABLE.keys() & dict(owned):
                _hide(cursor, table, quote(role))


def _hide(cursor: CursorWrapper, table: str, role: str) -> None:
    columns = [
        one.name for one in connections[cursor.db.alias].introspection.get_table_description(cursor, table)
    ]
    readable = ", ".join(f'"{name}"' for name in columns if name != UNREADABLE[table])
    cursor.execute(f'REVOKE SELECT ON "{table}" FROM {role}')
    cursor.execute(f'GRANT SELECT ({readable}) ON "{table}" TO {role}')


def _owned(cursor: CursorWrapper) -> list[tuple[str, bool]]:
    cursor.execute(OWNED)
    return [(name, is_sequence) for name, is_sequence in cursor.fetchall()]


def _statements(owned: Iterable[tuple[str, bool]], append_only: set[str]) -> Iterable[str]:
    for name, is_sequence in owned:
        quoted = '"' + name.replace('"', '""') + '"'
        kind = "SEQUENCE" if is_sequence else "TABLE"
        # Taken away first, so that a table which becomes append-only loses what it had.
        yield f"REVOKE ALL ON {kind} {quoted} FROM {{role}}"
        rights = "USAGE, SELECT" if is_sequence else _rights(name, append_only)
        yield f"GRANT {rights} ON {kind} {quoted} TO {{role}}"


def _rights(table: str, append_only: set[str]) -> str:
    if table == "django_migrations":
        return READ
    return APPEND if table in append_only else WRITE
