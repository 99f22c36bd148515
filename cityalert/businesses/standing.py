"""Whether a business is a member today: active, due to renew, lapsed or archived. A pure rule, and the same in SQL."""

from datetime import date, timedelta

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.models import Business

# So long before it lapses a membership is due.
DUE = timedelta(days=60)


class Standing(TextChoices):
    """Exactly one of them holds."""

    ACTIVE = "active", _("Active")
    DUE = "due", _("Due to renew")
    LAPSED = "lapsed", _("Lapsed")
    ARCHIVED = "archived", _("Archived")


def of(business: Business, today: date) -> Standing:
    """How a business stands on a day."""
    if business.archived_at is not None:
        return Standing.ARCHIVED
    if business.lapses_on is None or business.lapses_on > today + DUE:
        return Standing.ACTIVE
    return Standing.DUE if business.lapses_on > today else Standing.LAPSED


def in_sql(wanted: Standing, today: date) -> Q:
    """Those that stand so."""
    here = Q(archived_at=None)
    return {
        Standing.ACTIVE: here & (Q(lapses_on=None) | Q(lapses_on__gt=today + DUE)),
        Standing.DUE: here & Q(lapses_on__gt=today, lapses_on__lte=today + DUE),
        Standing.LAPSED: here & Q(lapses_on__lte=today),
        Standing.ARCHIVED: Q(archived_at__isnull=False),
    }[wanted]


def a_year_later(day: date) -> date:
    """The same day next year; 1 March after a 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
