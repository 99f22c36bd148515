"""Twenty thousand residents who want to hear what concerns their street, spread as a city's people are."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from django.contrib.gis.geos import Point
from django.db import connection

from cityalert.lib.language import Language
from cityalert.lib.sealed import seal
from cityalert.lib.severity import Severity
from cityalert.ops.demo.city import METRES_PER_DEGREE, land
from cityalert.ops.demo.identity import SINCE, chance, rows
from cityalert.ops.demo.people import MEMBERS, ROSA_PHONE, numbers
from cityalert.residents import consent
from cityalert.subscriptions.models import ContactPoint, WatchArea

RESIDENTS = 20_000
FRENCH = 0.12
SMS = 0.7
BOTH = 0.08
# Of the whole city, spread evenly: the rest live in the named neighbourhoods.
ELSEWHERE = 0.45
ROSA = (-79.3822, 43.6492)

_COPY = {
    "subscriptions_subscriber": "id, language, created_at",
    "subscriptions_contactpoint": "subscriber_id, channel, address, min_severity, verified_at, stopped_at",
    "subscriptions_watcharea": "subscriber_id, label, area",
}


@dataclass(frozen=True)
class Resident:
    """Somebody without an account who subscribed to one place."""

    lon: float
    lat: float
    language: Language
    contacts: tuple[tuple[str, str], ...]
    min_severity: Severity
    state: str = "verified"


def residents() -> Iterator[Resident]:
    """All residents, neighbours near one another: what lies close in the city lies close in the table."""
    luck = chance("residents")
    homes = sorted(_homes(luck, RESIDENTS - 1), key=_along_a_curve)
    phones = numbers(skip=MEMBERS)
    yield Resident(*ROSA, Language.EN, (("sms", ROSA_PHONE),), Severity.UNKNOWN)
    for number, (lon, lat) in enumerate(homes, start=1):
        yield Resident(lon, lat, *_person(number, phones, luck))


def insert() -> None:
    """Write them all, in one COPY for each table."""
    everybody = list(residents())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('subscriptions_subscriber', 'id'))"
            " FROM generate_series(1, %s)",
            [len(everybody)],
        )
        ids = [row[0] for row in cursor.fetchall()]
        lines: dict[str, list[tuple[object, ...]]] = {table: [] for table in _COPY}
        for pk, resident in zip(ids, everybody, strict=True):
            _write(pk, resident, *lines.values())
        for table, columns in _COPY.items():
            # PostgreSQL does not COPY into a table that has row level security.
            cursor.execute(
                f"CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"
            )
            with cursor.copy(f"COPY copied ({columns}) FROM STDIN") as copy:
                for line in lines[table]:
                    copy.write_row(line)
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM copied")
            cursor.execute("DROP TABLE copied")


# Some two hundred, Rosa first: those who subscribed by the form. Of the others it is only known that they were there.
_AGREE = """
    INSERT INTO subscriptions_consent (subscriber_id, version, language, words, given_at)
    SELECT s.id, %(version)s, s.language, CASE s.language WHEN 'fr' THEN %(fr)s ELSE %(en)s END, s.created_at
    FROM subscriptions_subscriber s
    WHERE s.id IN (SELECT subscriber_id FROM subscriptions_watcharea w ORDER BY subscriber_id LIMIT 200)
      AND s.user_id IS NULL AND NOT EXISTS (SELECT FROM subscriptions_consent)
      AND NOT EXISTS (SELECT FROM subscriptions_contactpoint c
                      WHERE c.subscriber_id = s.id AND c.stopped_at IS NOT NULL)
"""


def agree() -> None:
    """What some of them agreed to, once; and where Rosa's home is, in words."""
    said = {language.value: consent.words(language.value) for language in Language}
    with connection.cursor() as cursor:
        cursor.execute(_AGREE, {**said, "version": consent.VERSION})
    rosa = ContactPoint.objects.filter(channel="sms", address=ROSA_PHONE, subscriber__user=None).first()
    if rosa:
        WatchArea.objects.filter(subscriber=rosa.subscriber_id, about="").update(
            about="King St W and Yonge St"
        )


def _write(
    pk: int,
    resident: Resident,
    subscribers: list[tuple[object, ...]],
    contacts: list[tuple[object, ...]],
    areas: list[tuple[object, ...]],
) -> None:
    subscribers.append((pk, resident.language.value, SINCE))
    verified_at = None if resident.state == "unverified" else SINCE
    stopped_at = SINCE if resident.state == "stopped" else None
    for channel, address in resident.contacts:
        contacts.append((pk, channel, seal(address), resident.min_severity.value, verified_at, stopped_at))
    areas.append((pk, "Home", f"SRID=4326;POINT({resident.lon:.6f} {resident.lat:.6f})"))


def _person(
    number: int, phones: Iterator[str], luck: Random
) -> tuple[Language, tuple[tuple[str, str], ...], Severity, str]:
    language = Language.FR if luck.random() < FRENCH else Language.EN
    sms, email = ("sms", next(phones)), ("email", f"resident-{number:05}@homes.example")
    drawn = luck.random()
    contacts = (sms, email) if drawn < BOTH else (sms,) if drawn < SMS else (email,)
    severity = luck.choices((Severity.UNKNOWN, Severity.MODERATE, Severity.SEVERE), (60, 25, 15))[0]
    state = luck.choices(("verified", "unverified", "stopped"), (96, 2.5, 1.5))[0]
    return language, contacts, severity, state


def _homes(luck: Random, count: int) -> list[tuple[float, float]]:
    inhabited = land().prepared
    west, south, east, north = land().extent
    neighbourhoods = [row for row in rows("zones") if row["kind"] == "neighbourhood"]
    # Towers downtown: a square kilometre there counts for more than one of houses.
    weights = list(accumulate(_weight(row) for row in neighbourhoods))
    homes: list[tuple[float, float]] = []
    while len(homes) < count:
        if luck.random() < ELSEWHERE:
            lon, lat = luck.uniform(west, east), luck.uniform(south, north)
        else:
            near = neighbourhoods[bisect(weights, luck.random() * weights[-1])]
            lon = luck.gauss(float(near["lon"]), float(near["width_m"]) / 2 / METRES_PER_DEGREE[0])
            lat = luck.gauss(float(near["lat"]), float(near["height_m"]) / 2 / METRES_PER_DEGREE[1])
        if inhabited.contains(Point(lon, lat, srid=4326)):
            homes.append((lon, lat))
    return homes


def _weight(row: dict[str, str]) -> float:
    km2 = float(row["width_m"]) * float(row["height_m"]) / 1e6
    from_downtown_km = abs(float(row["lat"]) - 43.655) * 111 + abs(float(row["lon"]) + 79.385) * 80
    return km2 * (4 if from_downtown_km < 2.5 else 2 if from_downtown_km < 6 else 1)


def _along_a_curve(home: tuple[float, float]) -> int:
    """A place on the Z-order curve: close on it means close on the ground."""
    x, y = int((home[0] + 80) * 2**14), int((home[1] - 43) * 2**14)
    return sum((x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1 for bit in range(14))
