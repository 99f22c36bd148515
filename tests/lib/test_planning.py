"""What PostgreSQL is told before a statement holds for that statement, and no longer."""

import pytest
from django.db import connection, transaction

from cityalert.lib import planning

pytestmark = pytest.mark.django_db


def loops():
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        return cursor.fetchone()[0]


def test_both_sides_are_read_once_and_afterwards_the_planner_chooses():
    with transaction.atomic():
        with planning.reading_once():
            assert loops() == "off"
        assert loops() == "on"


def test_what_fails_leaves_nothing_behind():
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), planning.reading_once():
            raise ZeroDivisionError
        assert loops() == "on"
