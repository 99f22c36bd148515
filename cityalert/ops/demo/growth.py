"""The demo city many times over, for benchmarks: copies of its residents, partners and sites, set-wise in SQL."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from math import cos, radians

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cityalert.lib.sealed import seal

# How far a copy stands from its original, in metres (one standard deviation).
RESIDENT_M = 250
SITE_M = 1_500

# Normally distributed metres, as degrees north and east at Toronto's latitude.
_OFF = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) * %({distance})s::float8 / {metres}"
_NORTH, _EAST = 111_100, 111_320 * cos(radians(43.7))


def _moved(point: str, distance: str) -> str:
    east, north = (_OFF.format(distance=distance, metres=metres) for metres in (_EAST, _NORTH))
    return f"ST_Translate({point}, {east}, {north})"


# Chance is seeded: the same city, grown as often, is the same. Neighbours lie near one another in the table.
_RESIDENTS = (
    "SELECT setseed(0.2026)",
    f"""
    CREATE TEMPORARY TABLE grown_resident ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('subscriptions_subscriber', 'id')) AS id, copies.* FROM (
        SELECT {_moved("w.area", "distance")} AS area,
            s.language, s.created_at, c.channel, c.min_severity, c.verified_at
        FROM subscriptions_subscriber s
        JOIN subscriptions_watcharea w ON w.subscriber_id = s.id AND GeometryType(w.area) = 'POINT'
        JOIN (
            SELECT DISTINCT ON (subscriber_id) * FROM subscriptions_contactpoint ORDER BY subscriber_id, id
        ) c ON c.subscriber_id = s.id
        CROSS JOIN generate_series(2, %(times)s)
        WHERE s.user_id IS NULL
        ORDER BY ST_GeoHash(w.area, 7) COLLATE "C"
    ) copies
    """,
    """
    INSERT INTO subscriptions_subscriber (id, language, created_at) SELECT id, language, created_at FROM grown_resident
    """,
    """
    INSERT INTO subscriptions_watcharea (subscriber_id, label, area) SELECT id, 'Home', area FROM grown_resident
    """,
)
_CONTACTS = """
    INSERT INTO subscriptions_contactpoint (subscriber_id, channel, address, min_severity, verified_at)
    SELECT id, channel, address, min_severity, verified_at FROM grown_resident JOIN grown_address USING (id) ORDER BY id
"""
_PARTNERS = (
    "SELECT setseed(0.2026)",
    """
    CREATE TEMPORARY TABLE grown_partner ON COMMIT DROP AS
    SELECT md5(p.id::text || copy || (SELECT count(*) FROM partners_partner))::uuid AS id, p.id AS original,
        p.kind, p.sector, p.name, p.short_name, p.created_at
    FROM partners_partner p CROSS JOIN generate_series(2, %(times)s) AS copy
    """,
    """
    INSERT INTO partners_partner
        (id, kind, sector, name, name_skeleton, short_name, may_alert_public, is_active, created_at)
    SELECT id, kind, sector, left(name, 150) || ' ' || left(id::text, 8), id::text, short_name, false, true, created_at
    FROM grown_partner
    """,
    f"""
    INSERT INTO partners_site (id, partner_id, name, address, sector, location, floors, capacity, hours, hours_note,
        hazards, hazards_note, meeting_point, notes)
    SELECT md5(g.id::text || s.id)::uuid, g.id, s.name, s.address, s.sector, {_moved("s.location", "distance")},
        s.floors, s.capacity, s.hours, s.hours_note, s.hazards, s.hazards_note, s.meeting_point, s.notes
    FROM grown_partner g JOIN partners_site s ON s.partner_id = g.original
    """,
)
_TABLES = (
    "subscriptions_subscriber", "subscriptions_contactpoint", "subscriptions_watcharea", "partners_partner",
    "partners_site",
)  # fmt: skip
_OURS = "SELECT bool_and(pg_has_role(tableowner, 'USAGE')) FROM pg_tables WHERE tablename = ANY(%s)"
# What is built or checked once for all rows in a tenth of the time it takes row by row: (take away, put back).
_ASIDE = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid = ANY(%(tables)s::regclass[])
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index i WHERE indrelid = ANY(%(tables)s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
"""


@transaction.atomic
def grow(times: int, say: Callable[[str], None]) -> None:
    """Make residents, partners and sites `times` as many as they are: much faster as the owner of the tables."""
    with connection.cursor() as cursor:
        # Every table is read whole. What was just loaded has no statistics yet, and without them the planner may
        # look up row by row, which takes minutes.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_OURS, [list(_TABLES)])
        with _aside(cursor) if cursor.fetchone()[0] else nullcontext():
            _insert(cursor, _PARTNERS, times, SITE_M)
            say(f"partners and sites, {times} times")
            _insert(cursor, _RESIDENTS, times, RESIDENT_M)
            _give_addresses(cursor)
            say(f"residents, {times} times")
        cursor.execute(f"ANALYZE {', '.join(_TABLES)}")


def _insert(cursor: CursorWrapper, statements: Iterable[str], times: int, distance: float) -> None:
    for statement in statements:
        cursor.execute(statement, {"times": times, "distance": distance})


def _give_addresses(cursor: CursorWrapper) -> None:
    """To those who have just grown. Only here can addresses be sealed, not in PostgreSQL."""
    cursor.execute("CREATE TEMPORARY TABLE grown_address (id bigint, address text) ON COMMIT DROP")
    cursor.execute("SELECT id, channel FROM grown_resident ORDER BY id")
    grown = cursor.fetchall()
    with cursor.copy("COPY grown_address FROM STDIN") as copy:
        for pk, channel in grown:
            # Area code 555 does not exist, nor does the domain: whatever a benchmark does, nobody's telephone rings.
            plain = f"+1555{pk % 10_000_000:07}" if channel == "sms" else f"r{pk}@homes.example"
            copy.write_row((pk, seal(plain)))
    cursor.execute(_CONTACTS)


@contextmanager
def _aside(cursor: CursorWrapper) -> Iterator[None]:
    """Without indexes and foreign keys meanwhile. Nobody else sees it: it is one transaction."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(_ASIDE, {"tables": list(_TABLES)})
    aside = cursor.fetchall()
    for take_away, _put_back in aside:
        cursor.execute(take_away)
    yield
    for _take_away, put_back in aside:
        cursor.execute(put_back)
