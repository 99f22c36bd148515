"""Breaks documents at random and feeds them to the importer: each must be read, kept apart or refused, and soon.

Seeded: the same seed breaks them in the same way. No database: what is broken here is only read.
"""

import contextlib
import random
import resource
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import process_time

from cityalert.exchange import feeds
from cityalert.exchange.cap import areas, profile, signatures
from cityalert.exchange.cap.opening import CapRefused, Incomplete
from cityalert.exchange.cap.reading import read
from cityalert.exchange.cap.writing import write

AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
# Where a byte means something.
_SPECIAL = (
    b"<",
    b">",
    b"&",
    b'"',
    b"\0",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"&#0;",
    b"&x;",
    b"\xff\xfe",
    "é".encode("utf-16"),
)
_NAUGHTY = (
    b"", b"-1", b"9" * 400, b"NaN", b"1e999", b"%n%s", b"' OR 1=1 --", b"../../etc/passwd", "\u202eevil".encode(),
    b"2026-02-30T25:61:61Z", b"0000-00-00T00:00:00-99:99", b"43,-79 " * 500, b"90,180 -90,-180 90,180", b"inf,inf 1",
    "\U0001f4a9".encode() * 50, b"<script>alert(1)</script>", b"<a>" * 40, b"x" * 100_000,
)  # fmt: skip


class Fault(Exception):
    """The importer raised what nobody anticipated; `raw` did it."""

    def __init__(self, raw: bytes, error: Exception) -> None:
        self.raw, self.error = raw, error
        super().__init__(f"{type(error).__name__}: {error}")


@dataclass
class Report:
    """How often what happened, and how long the slowest took (seconds of the processor)."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: bytes = b""

    @property
    def peak_mb(self) -> float:
        """The most memory the process ever had."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fuzz(samples: Sequence[bytes], times: int, seed: int) -> Report:
    """Break them so many times. Raises Fault at the first one."""
    chance, report = random.Random(seed), Report()  # noqa: S311 - nothing here is secret
    for _time in range(times):
        raw = broken(chance.choice(samples), chance)
        begun = process_time()
        report.outcomes[outcome(raw)] += 1
        took = process_time() - begun
        if took > report.slowest_s:
            report.slowest_s, report.slowest = took, raw
    return report


def outcome(raw: bytes) -> str:
    """What becomes of a document, in a word. Raises Fault."""
    try:
        with contextlib.suppress(CapRefused, Incomplete):
            feeds.entries(raw, "https://example.org/")
        reading = read(raw)
        areas.geometry(reading.document)
        profile.broken(reading.document)
        signatures.look(raw, [], at=AT)
        again = read(write(reading.document))
    except CapRefused:
        return "refused"
    except Incomplete:
        return "quarantined"
    except Exception as error:
        raise Fault(raw, error) from error
    if again.document != reading.document:
        raise Fault(raw, ValueError("what is written reads otherwise"))
    return "put right" if reading.notes else "read"


def broken(raw: bytes, chance: random.Random) -> bytes:
    """A document with one to five things wrong."""
    for _wrong in range(chance.randint(1, 5)):
        raw = chance.choice(_WAYS)(raw, chance)
    return raw


def _flip(raw: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(raw) or 1)
    return raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]


def _insert(raw: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(raw) + 1)
    return raw[:place] + chance.choice(_SPECIAL) + raw[place:]


def _cut(raw: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
    return raw[:start] + raw[end:] if end - start < 400 else raw[:end]


def _elements(raw: bytes) -> list[bytes]:
    return [b"<" + part for part in raw.split(b"<")[1:]]


def _shuffle(raw: bytes, chance: random.Random) -> bytes:
    parts = _elements(raw)
    if len(parts) > 3:
        first, second = chance.sample(range(1, len(parts) - 1), 2)
        parts[first], parts[second] = parts[second], parts[first]
    return b"".join(parts)


def _repeat(raw: bytes, chance: random.Random) -> bytes:
    parts = _elements(raw)
    if not parts:
        return raw
    place = chance.randrange(len(parts))
    return b"".join(
        [*parts[:place], *parts[place : place + 2] * chance.choice((2, 20, 400)), *parts[place + 2 :]]
    )


def _say(raw: bytes, chance: random.Random) -> bytes:
    """Another text in some element."""
    parts = _elements(raw)
    if not parts:
        return raw
    place = chance.randrange(len(parts))
    tag, mark, _text = parts[place].partition(b">")
    parts[place] = tag + mark + chance.choice(_NAUGHTY)
    return b"".join(parts)


_WAYS = (_flip, _insert, _cut, _shuffle, _repeat, _say, _say)
