"""What makes the demo city the same each time: its version, its ids, its chance, its calendar."""

import csv
import random
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from django.contrib.gis.geos import Point

# Raise it when the city changes: the next loading brings what is there up to date.
VERSION = 22

# Everybody joined then.
SINCE = datetime(2025, 1, 6, 14, 0, tzinfo=UTC)

_NAMESPACE = UUID("7f3a1c52-6a0e-5d0b-9d55-0c1f7a7e2026")
_DATA = Path(__file__).resolve().parent / "data"


def uid(kind: str, name: str) -> UUID:
    """The id of a named thing, the same on every machine."""
    return uuid5(_NAMESPACE, f"{kind}:{name}")


def chance(subject: str) -> random.Random:
    """Chance that falls the same way each time, for one subject; in every version, or people would come twice."""
    return random.Random(f"cityalert {subject}")  # noqa: S311 - nothing here is secret


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the demo's tables."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(name: str) -> str:
    """The text of one of the demo's other files."""
    return (_DATA / name).read_text(encoding="utf-8")


def point(row: dict[str, str]) -> Point:
    """Where a row says it is."""
    return Point(float(row["lon"]), float(row["lat"]), srid=4326)
