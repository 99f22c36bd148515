"""Which of a channel's providers gets the next messages, by how the last ones went; counted in PostgreSQL for all.

The first that works is used. One that fails rests; now and then it gets a few messages to try, and comes back when
several tries in a row went well: leaving is quick, coming back is slow, so that nothing flaps. What a provider may have
taken is asked of that provider, whoever sends meanwhile: each attempt says whose it is.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from cityalert.delivery.channels.base import Message
from cityalert.delivery.models import Attempt, Provider

logger = logging.getLogger(__name__)

# Failures are counted over this long, and say something from so many tries on.
WINDOW = timedelta(seconds=60)
ENOUGH = 8
BAD_SHARE = 0.5
# A provider that rests is tried this often, with so many messages; so many good tries bring it back.
TRY_EVERY = timedelta(seconds=30)
TRIED_WITH = 3
GOOD_TRIES = 3

_COUNT = """
    INSERT INTO delivery_providerminute (provider, minute, good, bad)
    VALUES (%(provider)s, date_trunc('minute', %(at)s::timestamptz), %(good)s, %(bad)s)
    ON CONFLICT (provider, minute) DO UPDATE SET
        good = delivery_providerminute.good + excluded.good, bad = delivery_providerminute.bad + excluded.bad
"""


@dataclass(frozen=True)
class Plan:
    """Who sends, and who is tried beside it with a few messages; empty: nobody is."""

    main: str
    tried: str = ""


@transaction.atomic
def plan(providers: Sequence[str], *, at: datetime) -> Plan:
    """Who gets the next batch. When all rest the first does: somebody has to."""
    if len(providers) < 2:
        return Plan(providers[0])
    known = {one.name: one for one in Provider.objects.filter(name__in=providers)}
    awake = [name for name in providers if name not in known or not known[name].rests_since]
    if not awake or awake[0] == providers[0]:
        return Plan(providers[0])
    # One worker tries, and nobody else until the next time.
    first = providers[0]
    due = Provider.objects.filter(name=first, try_at__lte=at).update(try_at=at + TRY_EVERY)
    return Plan(awake[0], first if due else "")


def tried_with(claimed: Sequence[Message], provider: str) -> list[Message]:
    """The least urgent few of a batch, given to a provider that rests; the others as they are.

    If it still fails they are sent again by the other, some seconds later.
    """
    few = claimed[-TRIED_WITH:] if len(claimed) > TRIED_WITH else claimed[-1:]
    attempts = {one.attempt_id for one in few}
    Attempt.objects.filter(pk__in=attempts).update(provider=provider)
    return [
        replace(one, provider=provider, is_trial=True) if one.attempt_id in attempts else one
        for one in claimed
    ]


@transaction.atomic
def note(went: Iterable[tuple[str, bool]], *, at: datetime) -> None:
    """Each message handed to a provider, and whether that went well. In the transaction that records them."""
    counted = Counter(went)
    for name in sorted({name for name, _ in counted}):
        good, bad = counted[name, True], counted[name, False]
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"provider": name, "at": at, "good": good, "bad": bad})
        _judge(name, good, bad, at=at)


def _judge(name: str, good: int, bad: int, *, at: datetime) -> None:
    Provider.objects.get_or_create(name=name, defaults={"since": at})
    if (
        Provider.objects.filter(name=name, rests_since=None, bad=0, since__gt=at - WINDOW).exists()
        and not bad
    ):
        # Nothing to judge: the common case takes no lock for longer than this.
        Provider.objects.filter(name=name).update(good=F("good") + good)
        return
    one = Provider.objects.select_for_update().get(name=name)
    if one.rests_since:
        _try_went(one, is_good=not bad, at=at)
    else:
        if one.since <= at - WINDOW:
            one.since, one.good, one.bad = at, 0, 0
        one.good, one.bad = one.good + good, one.bad + bad
        tried = one.good + one.bad
        if tried >= ENOUGH and one.bad / tried >= BAD_SHARE:
            logger.warning("%s failed %d of %d times; it rests", name, one.bad, tried)
            one.rests_since, one.try_at, one.good_tries = at, at + TRY_EVERY, 0
    one.save()


def _try_went(one: Provider, *, is_good: bool, at: datetime) -> None:
    one.good_tries = one.good_tries + 1 if is_good else 0
    if one.good_tries >= GOOD_TRIES:
        logger.warning("%s works again", one.name)
        one.rests_since, one.try_at = None, None
        one.since, one.good, one.bad = at, 0, 0
    else:
        one.try_at = at + TRY_EVERY
