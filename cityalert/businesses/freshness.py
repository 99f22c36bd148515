"""How sure a BIA can be of its contacts: a score from 0 to 100. The rule, once as Python and once as SQL.

A contact that can be reached and was confirmed within half a year scores 100; from then on it loses evenly, and
after two years it has nothing left. One that nobody ever confirmed, or without number and address, scores 0.
A business is asked for three functions, and scores their mean: one that is missing counts 0. A board scores the
mean of its seats' contacts, a BIA the mean of its businesses.
"""

from collections.abc import Iterable
from datetime import datetime
from statistics import fmean

from django.db.models import Case, F, Func, IntegerField, OuterRef, Q, Subquery, Sum, TextChoices, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.models import Contact, Function

FRESH_DAYS, STALE_DAYS = 182, 730
ASKED = (Function.OWNER, Function.MANAGER, Function.AFTER_HOURS)


class Level(TextChoices):
    """The score in a word."""

    FRESH = "fresh", _("Fresh")
    FADING = "fading", _("Fading")
    STALE = "stale", _("Stale")


# The lowest score of each level, the best first.
FROM = {Level.FRESH: 67, Level.FADING: 34, Level.STALE: 0}


def level(score: int) -> Level:
    """The word for a score."""
    return next(one for one, lowest in FROM.items() if score >= lowest)


def bounds(wanted: Level) -> tuple[int, int]:
    """The scores of a level: from, and below."""
    above = [lowest for lowest in FROM.values() if lowest > FROM[wanted]]
    return FROM[wanted], min(above, default=101)


def of_contact(confirmed_at: datetime | None, *, is_reachable: bool, at: datetime) -> int:
    """One contact's score at a moment."""
    if confirmed_at is None or not is_reachable:
        return 0
    return max(0, min(100, (STALE_DAYS - (at - confirmed_at).days) * 100 // (STALE_DAYS - FRESH_DAYS)))


def of_business(contacts: Iterable[Contact], *, at: datetime) -> int:
    """A business's score: the mean over the functions it is asked for."""
    return sum(
        of_contact(one.confirmed_at, is_reachable=one.is_reachable, at=at)
        for one in contacts
        if one.function in ASKED
    ) // len(ASKED)


def mean(scores: Iterable[int]) -> int:
    """The score of a board or a BIA; 0 for one that has nobody."""
    return int(fmean(list(scores) or [0]))


def in_sql(at: datetime) -> Combinable:
    """`of_business` for a query of businesses."""
    days = Func(
        Value(at), F("confirmed_at"), arg_joiner=" - ", output_field=IntegerField(),
        template="floor(extract(epoch FROM %(expressions)s) / 86400)::int",
    )  # fmt: skip
    fading = (STALE_DAYS - days) * Value(100) / Value(STALE_DAYS - FRESH_DAYS)
    score = Case(
        When(Q(confirmed_at=None) | Q(phone="", email=""), then=Value(0)),
        default=Greatest(Value(0), Least(Value(100), fading)),
        output_field=IntegerField(),
    )
    asked = Contact.objects.filter(business=OuterRef("pk"), function__in=ASKED).order_by()
    total = asked.values("business").annotate(total=Sum(score) / Value(len(ASKED))).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), Value(0))
