"""One at a time for each BIA: importing, asking and merging look at the whole membership before they write."""

from uuid import UUID

from django.db import connection

# Tells this lock from others; with it goes the BIA.
_LOCK = 0x42495A00  # "BIZ"


def alone(partner_id: UUID) -> None:
    """Wait until nobody else does any of it for this BIA; until the transaction ends nobody else begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, str(partner_id)])
