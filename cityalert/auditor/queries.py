"""What the auditor's page shows. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import TruncHour
from django.utils.translation import gettext_lazy as _

from cityalert.auditor.models import Round
from cityalert.auditor.rounds import CHAIN, INVARIANTS

HOURS = 24
# Somebody is to look every minute; a round may take a while.
SILENT_AFTER = timedelta(minutes=3)


@dataclass(frozen=True)
class Promise:
    """An invariant as the last round found it."""

    sentence: Any
    examples: list[str]


@dataclass(frozen=True)
class Hour:
    """What the rounds of one hour found."""

    begins_at: datetime
    rounds: int
    broken: int

    @property
    def word(self) -> str:
        """For the picture: silent, broken or well."""
        return "silent" if not self.rounds else "broken" if self.broken else "well"


def promises(found: Round) -> list[Promise]:
    """Each invariant; those that do not hold first."""
    named: list[tuple[str, Any]] = [(one.name, one.sentence) for one in INVARIANTS]
    named.append((CHAIN, _("The audit log says what was written, and nothing is missing.")))
    all_of_them = [Promise(sentence, found.broken.get(name, [])) for name, sentence in named]
    return sorted(all_of_them, key=lambda promise: not promise.examples)


def hours(*, at: datetime) -> list[Hour]:
    """The last day, hour by hour, the oldest first."""
    first = (at - timedelta(hours=HOURS - 1)).replace(minute=0, second=0, microsecond=0)
    found: dict[datetime, list[dict[str, Any]]] = {}
    for hour, broken in (
        Round.objects.filter(at__gte=first).annotate(hour=TruncHour("at")).values_list("hour", "broken")
    ):
        found.setdefault(hour, []).append(broken)
    begins = [first + timedelta(hours=n) for n in range(HOURS)]
    return [
        Hour(begin, len(found.get(begin, [])), sum(bool(one) for one in found.get(begin, [])))
        for begin in begins
    ]
