"""The city that is measured: a database of its own, migrated, seeded, grown and kept. What is measured is elsewhere."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg
import redis
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[1]
NAME = "cityalert_bench"
# How many times the demo city: 178 sites and 20,000 residents become 26,700 and 3,000,000.
FULL, QUICK = 150, 5
# The same with subscriptions as residents make them: a million, and some whom a fire does not concern.
SUBSCRIBED = 56
REDIS_DATABASE = "9"

# Circles of the sizes that are offered, 64 corners each as `geo.shapes` draws them; topics as they are added up: half
# want all, one in ten does not want to hear of a fire.
_SUBSCRIBE = """
    UPDATE subscriptions_watcharea w SET
        area = ST_Translate(ST_Scale(r.circle, r.metres / 80500.0, r.metres / 111100.0), ST_X(w.area), ST_Y(w.area)),
        topics = CASE WHEN w.id % 2 = 0 THEN 0 WHEN w.id % 10 = 1 THEN 64 ELSE 2 | (1 << (w.id % 8)::int) END
    FROM (
        SELECT p.id, (ARRAY[300, 800, 2000, 5000])[1 + p.id % 4] AS metres, unit.circle
        FROM subscriptions_watcharea p,
            (SELECT ST_SetSRID(ST_Buffer(ST_MakePoint(0, 0), 1, 16), 4326) AS circle) unit
    ) r
    WHERE r.id = w.id AND GeometryType(w.area) = 'POINT'
"""


def settle(*, quick: bool, subscribed: bool = False) -> None:
    """Make sure of the database, and let Django use it in this process as the product does: not as its owner.

    `subscribed`: another city, whose residents watch circles and have chosen kinds of event.
    """
    name, times = (f"{NAME}_quick", QUICK) if quick else (NAME, SUBSCRIBED if subscribed else FULL)
    name += "_subscribed" if subscribed else ""
    environ.Env.read_env(CHECKOUT / ".local" / "env")
    for variable in ("DATABASE_OWNER_URL", "DATABASE_URL"):
        os.environ[variable] = _address(os.environ[variable], name)
    # What is handed to workers here must not reach those of a city that runs beside.
    os.environ["REDIS_URL"] = _address(os.environ["REDIS_URL"], REDIS_DATABASE)
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")
    if _stamp(name) != _wanted(times):
        _build(name, times)
    else:
        manage("migrate", "--verbosity", "0")  # makes the policies what they should be
    import django

    django.setup()
    from cityalert.lib import tenancy

    tenancy.work_across("a benchmark")
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


@contextmanager
def as_owner() -> Iterator[psycopg.Connection]:
    """A connection that may empty tables and vacuum, which the product's may not."""
    with psycopg.connect(_plain(os.environ["DATABASE_OWNER_URL"]), autocommit=True) as connection:
        yield connection


def empty_delivery() -> None:
    """No recipient and no delivery is left, nor the space of those there were: every round begins alike."""
    with as_owner() as connection:
        connection.execute(
            "TRUNCATE delivery_photo, delivery_report, delivery_receipt, delivery_attempt, delivery_delivery,"
            " delivery_recipient"
        )


def describe() -> str:
    """How large the city is."""
    with as_owner() as connection:
        counts = [
            connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0]
            for table in ("partners_site", "subscriptions_watcharea", "partners_membership")
        ]
    return "{:,} sites, {:,} watched places, {:,} members".format(*counts)


def _address(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _plain(url: str) -> str:
    return url.replace("postgis://", "postgresql://", 1)


def _wanted(times: int) -> str:
    """Changes with whatever the database is made from: the tables, the demo's version, how it grows."""
    demo = CHECKOUT / "cityalert" / "ops" / "demo"
    migrations = sorted(
        path for app in ("cityalert", "partners") for path in (CHECKOUT / app).rglob("migrations/*.py")
    )
    digest = hashlib.sha256(str(times).encode())
    for path in (demo / "identity.py", demo / "growth.py", *migrations):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(name: str) -> str | None:
    """What the database says it was made from; None when there is none, or it was never finished."""
    with _elsewhere() as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return row[0] if row else None


@contextmanager
def _elsewhere() -> Iterator[psycopg.Connection]:
    """A connection to a database that is always there, as the owner, who may make others."""
    address = _plain(_address(os.environ["DATABASE_OWNER_URL"], "postgres"))
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _build(name: str, times: int) -> None:
    print(f"building {name}: the demo city {times} times, kept until `make clean`", file=sys.stderr)
    database = sql.Identifier(name)
    with _elsewhere() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
    manage("migrate", "--verbosity", "0")
    manage("seed_demo")
    # The owner may take indexes away while it grows.
    manage("grow_city", "--times", str(times), DATABASE_URL=os.environ["DATABASE_OWNER_URL"])
    with as_owner() as connection:
        if name.endswith("_subscribed"):
            connection.execute(_SUBSCRIBE)
            connection.execute("VACUUM (FULL) subscriptions_watcharea")
        connection.execute("VACUUM (ANALYZE)")
        comment = sql.Literal(_wanted(times))
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, comment))


def manage(*command: str, **environment: str) -> None:
    """One of Django's commands, in this city."""
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=CHECKOUT,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
