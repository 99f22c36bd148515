"""What the providers took, as they wrote it down themselves: message by message, in the order of their coming."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from cityalert.sandbox.world import Sandbox

_ATTEMPT = re.compile(r"/provider/twilio/status/(\d+)/")
_DELIVERY = re.compile(rb"^Message-ID: <[^>@]*\.(\d+)@", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that a provider took, at a time of its own clock. `heard`: the news of it that a web accepted.

    `ended_at`: when the attempt that brought it ended for us, where that is known.
    """

    delivery: int
    at: datetime
    ended_at: datetime | None = None
    heard: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%H:%M:%S.%f}"[:-3]


def read(sandbox: Sandbox) -> dict[int, list[Taken]]:
    """What was taken for each delivery."""
    texts = [
        m for m in reversed(list(sandbox.twilio.messages.newest_first())) if m.direction == "outbound-api"
    ]
    attempts = {int(found[1]): m for m in texts if (found := _ATTEMPT.search(m.callback))}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, delivery_id, ended_at FROM delivery_attempt WHERE id = ANY(%s)", [list(attempts)]
        )
        ours = {attempt: (delivery, ended_at) for attempt, delivery, ended_at in cursor.fetchall()}
    taken = defaultdict(list)
    for attempt, message in attempts.items():
        # Of an attempt that nobody knows: no delivery has the number 0.
        delivery, ended_at = ours.get(attempt, (0, None))
        taken[delivery].append(Taken(delivery, message.created_at, ended_at, frozenset(message.heard)))
    for mail in reversed(sandbox.mailboxes.newest_first()):
        if named := _DELIVERY.search(mail.raw):
            taken[int(named[1])].append(Taken(int(named[1]), mail.at))
    return taken


def count(sandbox: Sandbox) -> int:
    """How many messages were taken so far."""
    return len(sandbox.twilio.messages) + len(sandbox.mailboxes)
