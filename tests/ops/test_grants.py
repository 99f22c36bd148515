"""The role the product runs with: it reads and writes its tables, and changes nothing else."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from cityalert.lib import tenancy
from cityalert.ops import grants
from tests.table_owner import as_owner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.DATABASE_APP_ROLE, reason="here the application is itself the owner"),
]

# PostGIS's own tables are the extension's.
MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label != "gis"]
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def rights(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s::text[]) r WHERE has_table_privilege(current_user, %s, r)",
            [list(RIGHTS), table],
        )
        return [right for (right,) in cursor.fetchall()]


@pytest.fixture(autouse=True, params=["as somebody", "across"])
def _role(request):
    with tenancy.across("a test") if request.param == "across" else tenancy.acting():
        yield


def test_tests_run_as_the_roles_that_run():
    expected = settings.DATABASE_ACROSS_ROLE if tenancy.standing().is_across else settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (expected,)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_has_the_rights_of_its_kind_and_no_more(model):
    append_only = getattr(model, "append_only", False)

    table = model._meta.db_table
    expected = ["SELECT", "INSERT"] if append_only else ["SELECT", "INSERT", "UPDATE", "DELETE"]
    if table in grants.UNREADABLE and not tenancy.standing().is_across:
        expected.remove("SELECT")  # of all columns: it has that of the others

    assert rights(table) == expected


def test_the_audit_log_is_append_only():
    assert rights("audit_entry") == ["SELECT", "INSERT"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "CREATE SCHEMA mine",
        "ALTER TABLE partners_partner ADD x int",
        "CREATE ROLE mine",
    ],
)
def test_the_schema_is_not_its_to_change(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_table_or_view_made_later_is_granted_by_the_next_migrate_and_a_right_too_many_is_taken_back():
    across = tenancy.standing().is_across
    role = settings.DATABASE_ACROSS_ROLE if across else settings.DATABASE_APP_ROLE
    with as_owner() as cursor:
        cursor.execute("CREATE TABLE made_later (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
        cursor.execute("CREATE VIEW seen_later AS SELECT * FROM made_later")
        cursor.execute(f"GRANT TRUNCATE ON made_later TO {role}")
        cursor.execute(f"GRANT UPDATE ON audit_entry TO {role}")

        grants.apply(role)

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_later (word) VALUES ('hello')")
        cursor.execute("SELECT id, word FROM seen_later")
        assert cursor.fetchall() == [(1, "hello")]
    assert rights("made_later") == ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert rights("audit_entry") == ["SELECT", "INSERT"]


def test_a_role_that_owns_nothing_grants_nothing():
    grants.apply(settings.DATABASE_APP_ROLE)

    assert rights("audit_entry") == ["SELECT", "INSERT"]
