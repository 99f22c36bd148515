"""How many look-ups a person and a partner have: counted in PostgreSQL, so it holds with Redis down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from cityalert.directory.models import Lookup
from cityalert.lib.refusals import Refusal
from partners.actor import Actor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERSON_HOUR, PERSON_DAY, PARTNER_DAY = 40, 150, 400
KEPT_FOR = timedelta(days=30)


class BudgetSpent(Refusal):
    """Enough for today: a directory is looked into, not copied."""

    code = "directory_budget_spent"
    status = 429
    sentence = _(
        "Your look-ups are used up: 40 an hour and 150 a day for each person, 400 a day for an organisation. "
        "They come back by themselves. In an emergency call the police, or 911."
    )


@dataclass(frozen=True)
class Budget:
    """What is left, and of how many."""

    hour: int
    day: int
    partner: int

    @property
    def left(self) -> int:
        """How many look-ups this person may make now."""
        return max(0, min(self.hour, self.day, self.partner))


def left(actor: Actor, at: datetime) -> Budget:
    """What a person acting for a partner has left at a moment; one statement."""
    mine = Q(user=actor.user)
    spent = Lookup.objects.filter(
        Q(user=actor.user) | Q(partner=actor.partner), at__gt=at - DAY, at__lte=at
    ).aggregate(
        hour=Count("pk", filter=mine & Q(at__gt=at - HOUR)),
        day=Count("pk", filter=mine),
        partner=Count("pk", filter=Q(partner=actor.partner)),
    )
    return Budget(PERSON_HOUR - spent["hour"], PERSON_DAY - spent["day"], PARTNER_DAY - spent["partner"])


def forget(*, at: datetime) -> None:
    """Delete look-ups that nothing counts any more."""
    Lookup.objects.filter(at__lte=at - KEPT_FOR).delete()
