"""The feed's SQL: append to it, read on from a position, replay what a listener missed, forget. See `hub`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from cityalert.lib import tenancy
from cityalert.live import hints

# Held from drawing a position to the end of the transaction. Without it a later commit could hold a lower
# position, and whoever reads on from the highest one seen would skip it for ever.
_LOCK = 7_205_759_403

_APPEND = """
WITH entry AS (
    INSERT INTO live_feedentry (cards, appended_at, expires_at) VALUES (%s::jsonb, %s, %s) RETURNING position
), shown AS (
    INSERT INTO live_feedlistener (position, listener)
    SELECT entry.position, listener FROM entry, unnest(%s::text[]) AS listener
)
SELECT position FROM entry
"""

_READ = """
SELECT position, cards, expires_at > %s,
       (SELECT string_agg(listener, ' ') FROM live_feedlistener shown WHERE shown.position = entry.position)
FROM live_feedentry entry WHERE position > %s ORDER BY position LIMIT %s
"""

_REPLAY = """
SELECT missing.listener, missing.after, entry.position, entry.cards
FROM unnest(%s::text[], %s::bigint[]) AS missing(listener, after)
CROSS JOIN LATERAL (
    SELECT position, cards FROM live_feedlistener shown JOIN live_feedentry USING (position)
    WHERE shown.listener = missing.listener AND position > missing.after AND position <= %s
      AND expires_at > %s
    ORDER BY position LIMIT %s
) entry
ORDER BY entry.position
"""


# The last position stays, whatever its age: a feed that forgot it would count anew from nothing, and a page that
# comes back would be ahead of it.
_FORGET = """
WITH gone AS (
    DELETE FROM live_feedentry
    WHERE expires_at <= %s AND position < (SELECT max(position) FROM live_feedentry) RETURNING position
)
DELETE FROM live_feedlistener shown USING gone WHERE shown.position = gone.position
"""

# Nobody is shown an expired card; a day is for whoever looks into what happened.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the hub needs it; no listeners: it has expired, or is for nobody."""

    position: int
    cards: dict[str, Any]
    listeners: list[str]


def append(
    cards: dict[str, dict[str, Any]], listeners: Iterable[str], *, at: datetime, expires_at: datetime
) -> int:
    """Show a card ({language: content}) to listeners ("partner:<uuid>") once this transaction commits.

    Returns its position. Transactions that append wait for one another from here to their end: call it late,
    but before `audit.record`, which holds a lock of its own.
    """
    wanted = list(dict.fromkeys(listeners))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_APPEND, [json.dumps(cards), at, expires_at, wanted])
        (position,) = cursor.fetchone()
        transaction.on_commit(partial(hints.tell, hints.FEED), robust=True)
    return int(position)


@tenancy.across("a position says nothing of what stands there")
def position() -> int:
    """The last position committed: what a page being made now has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM live_feedentry")
        return int(cursor.fetchone()[0])


def read(after: int, *, at: datetime, limit: int = 500) -> list[Entry]:
    """The entries that follow a position, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [at, after, limit])
        return [
            Entry(position, json.loads(cards), listeners.split(" ") if current and listeners else [])
            for position, cards, current, listeners in cursor
        ]


def replay(
    missing: Iterable[tuple[str, int]], *, until: int, at: datetime, limit: int
) -> dict[tuple[str, int], list[Entry]]:
    """For each (listener, after): the first `limit` unexpired entries after it, up to and with `until`."""
    pairs = list(missing)
    found: dict[tuple[str, int], list[Entry]] = {pair: [] for pair in pairs}
    entries: dict[int, Entry] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLAY, [[name for name, _ in pairs], [after for _, after in pairs], until, at, limit]
        )
        for listener, after, position, cards in cursor:
            entry = entries.get(position) or entries.setdefault(
                position, Entry(position, json.loads(cards), [])
            )
            found[listener, after].append(entry)
    return found


def forget(*, at: datetime) -> None:
    """Delete the entries that expired more than a day before `at`, and whom they were for."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [at - KEPT])
