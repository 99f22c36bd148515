"""What messages cost: the segments of texts, the minutes of calls, and what the provider asks for them.

Prices are the settings' (`PRICES`), unless the provider said itself what one message cost. Who may see it is decided
above.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cityalert.delivery.models import Attempt, Notice
from cityalert.lib import sms, tenancy

# As long as everybody's own link.
_LINK_LETTERS = 12
# What a provider says costs something, sent or not.
_TAKEN = "(a.outcome = 'accepted' OR a.seconds > 0 OR a.price IS NOT NULL)"

# A text's segments follow from its words, which are the same for all who read one language.
_COSTS = f"""
    SELECT d.notice_id, date_trunc('month', n.posted_at AT TIME ZONE %(zone)s)::date, d.channel,
        coalesce(nullif(a.provider, ''), d.channel), r.kind = 'resident',
        CASE WHEN d.channel = 'sms' THEN n.texts -> d.language ->> 'sms' END,
        count(*), coalesce(sum(ceil(a.seconds / 60.0)), 0)::int,
        count(*) FILTER (WHERE a.price IS NULL),
        coalesce(sum(ceil(a.seconds / 60.0)) FILTER (WHERE a.price IS NULL), 0)::int,
        coalesce(sum(a.price), 0)
    FROM delivery_notice n
    JOIN delivery_delivery d ON d.notice_id = n.id
    JOIN delivery_recipient r ON r.id = d.recipient_id
    JOIN delivery_attempt a ON a.delivery_id = d.id AND {_TAKEN}
    WHERE {{which}}
    GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Cost:
    """What went by one channel through one provider. `units`: segments, minutes or messages; no `amount`: no price."""

    channel: str
    provider: str
    messages: int = 0
    units: int = 0
    amount: Decimal | None = None

    def __add__(self, other: "Cost") -> "Cost":
        """Both together; what has no price adds none."""
        known = [one.amount for one in (self, other) if one.amount is not None]
        amount = sum(known, Decimal()) if known else None
        return Cost(
            self.channel, self.provider, self.messages + other.messages, self.units + other.units, amount
        )


@dataclass(frozen=True)
class Bill:
    """What was spent, by channel and provider."""

    costs: list[Cost]

    @property
    def total(self) -> Decimal | None:
        """Of all that has a price; None where nothing has."""
        known = [one.amount for one in self.costs if one.amount is not None]
        return sum(known, Decimal()) if known else None

    @property
    def is_whole(self) -> bool:
        """Has everything a price that usually has one?"""
        return all(one.amount is not None for one in self.costs if one.channel in {"sms", "voice"})


def of_notice(notice_id: int) -> Bill:
    """What one notice cost."""
    return of_notices([notice_id])[notice_id]


@tenancy.across("what messages cost")
def of_notices(notice_ids: Sequence[int], *, only_residents: bool = False) -> dict[int, Bill]:
    """What each of these notices cost; or only what went to residents."""
    rows = _rows("n.id = ANY(%(notices)s)", notices=list(notice_ids))
    counted = [row for row in rows if row[4] or not only_residents]
    return {notice: _bill(row for row in counted if row[0] == notice) for notice in notice_ids}


@tenancy.across("what messages cost")
def by_month(partner_id: UUID, *, since: datetime) -> dict[date, Bill]:
    """What a partner's notices cost, by the first day of the month in which they were posted, the latest first."""
    months: dict[date, list[Any]] = defaultdict(list)
    for row in _rows(
        "n.partner_id = %(partner)s AND n.posted_at >= %(since)s", partner=partner_id, since=since
    ):
        months[row[1]].append(row)
    return {month: _bill(months[month]) for month in sorted(months, reverse=True)}


def segments_of(notice_id: int) -> dict[str, int]:
    """Of a notice's text in each language, with somebody's own link in it."""
    texts = Notice.objects.values_list("texts", flat=True).get(pk=notice_id)
    return {language: _segments(said.get("sms", "")) for language, said in texts.items()}


def of_attempt(channel: str, attempt: Attempt, text_segments: int) -> Cost | None:
    """What one try cost; None for one that nobody took."""
    if attempt.outcome != Attempt.Outcome.ACCEPTED and not attempt.seconds and attempt.price is None:
        return None
    minutes = -(-(attempt.seconds or 0) // 60)
    units = {"sms": text_segments, "voice": minutes}.get(channel, 1)
    amount = _charge(attempt.provider or channel, units) if attempt.price is None else attempt.price
    return Cost(channel, attempt.provider, 1, units, amount)


def said(
    attempt_id: int, provider_id: str, *, price: str = "", currency: str = "", seconds: str = ""
) -> None:
    """A provider's own word for what a try cost and how long a call lasted; what is no number is not heard."""
    news: dict[str, Any] = {}
    if (amount := price_said(price, currency)) is not None:
        news["price"] = amount
    if seconds.isdecimal() and len(seconds) < 6:
        news["seconds"] = int(seconds)
    if news:
        Attempt.objects.filter(pk=attempt_id, provider_id=provider_id).update(**news)


def price_said(price: str, currency: str) -> Decimal | None:
    """A provider's own price; None where it says none, or one in somebody else's money."""
    return price_of(price) if currency.upper() == settings.CURRENCY else None


def price_of(words: str) -> Decimal | None:
    """A price as providers write it, some as what they take from an account ("-0.0083"); None for anything else."""
    try:
        amount = abs(Decimal(words))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount < 10_000 else None


def _rows(which: str, **params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_COSTS.format(which=which), {**params, "zone": timezone.get_default_timezone_name()})
        return list(cursor.fetchall())


def _bill(rows: Iterable[Sequence[Any]]) -> Bill:
    found: dict[tuple[str, str], Cost] = {}
    for _notice, _month, channel, provider, _is_resident, text, *counts in rows:
        cost = _cost(channel, provider, _segments(text) if text else 1, *counts)
        there = found.get((channel, provider))
        found[channel, provider] = there + cost if there else cost
    return Bill([found[key] for key in sorted(found)])


def _cost(  # noqa: PLR0913, PLR0917 - a row of the statement
    channel: str,
    provider: str,
    each: int,
    messages: int,
    minutes: int,
    unsaid: int,
    unsaid_minutes: int,
    said: Decimal,
) -> Cost:
    """`unsaid`: of how many messages (and minutes) the provider does not say what they cost; `said`: of the others."""
    units, open_units = (minutes, unsaid_minutes) if channel == "voice" else (messages * each, unsaid * each)
    charge = _charge(provider, open_units)
    is_unknown = charge is None and unsaid == messages
    return Cost(channel, provider, messages, units, None if is_unknown else (charge or 0) + said)


def _charge(provider: str, units: int) -> Decimal | None:
    price = price_of(settings.PRICES.get(provider, ""))
    return None if price is None else price * units


def _segments(text: str) -> int:
    return sms.segments(text.replace("{link}", f"{settings.PUBLIC_URL}/a/{'x' * _LINK_LETTERS}/"))
