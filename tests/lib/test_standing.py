"""Who asks is said to PostgreSQL before the next statement, and a connection may end just then."""

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from cityalert.lib import tenancy

pytestmark = pytest.mark.skipif(
    not settings.DATABASE_APP_ROLE, reason="here the application is itself the owner"
)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_cut_is_missed_as_everywhere_else():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    known = connection.get_connection_params()
    with psycopg.connect(
        host=known["host"], port=known["port"], user=known["user"], password=known["password"],
        dbname=known["dbname"], autocommit=True,
    ) as other:  # fmt: skip
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])

    with tenancy.across("the test of a cut"), pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    connection.close()
