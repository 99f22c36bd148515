"""What providers tell of messages: many at once, in any order and as often as they like; it only moves forward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cityalert.delivery import watchers
from cityalert.delivery.ladder import RANK, State, moves
from cityalert.delivery.models import Notice


@dataclass(frozen=True, slots=True)
class News:
    """Of one attempt, in the provider's `word` and in ours (`state`; None: nothing we keep); `price`: what it cost."""

    provider: str
    attempt_id: int
    provider_id: str
    word: str
    state: State | None
    reason: str = ""
    price: Decimal | None = None


def told(
    provider: str,
    attempt_id: int,
    provider_id: str,
    word: str,
    state: State | None,
    reason: str = "",
    price: Decimal | None = None,
) -> News:
    """The same from outside, made such that it can be kept: one that could not would take all beside it along."""
    texts = _kept_of(provider_id, 120), _kept_of(word, 40), state, _kept_of(reason, 200)
    return News(provider, attempt_id, *texts, price)


def _kept_of(text: str, at_most: int) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()[:at_most]


@dataclass(frozen=True, slots=True)
class _Tried:
    """An attempt and its delivery, locked."""

    delivery_id: int
    is_latest: bool
    provider_id: str
    state: State
    notice_id: int


# The attempts first, then the deliveries, each in one order: as whoever records what was sent.
_LOCK_ATTEMPTS = "SELECT id FROM delivery_attempt WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_LOCK_DELIVERIES = """
    SELECT id FROM delivery_delivery WHERE id IN (SELECT delivery_id FROM delivery_attempt WHERE id = ANY(%s))
    ORDER BY id FOR NO KEY UPDATE
"""
_TRIED = """
    SELECT a.id, d.id, a.number = d.tries, a.provider_id, d.state, d.notice_id
    FROM delivery_attempt a JOIN delivery_delivery d ON d.id = a.delivery_id WHERE a.id = ANY(%s)
"""
_KEEP = """
    INSERT INTO delivery_receipt (provider, provider_id, news, received_at)
    SELECT t.*, %s FROM unnest(%s::text[], %s::text[], %s::text[]) t ON CONFLICT DO NOTHING
    RETURNING provider, provider_id, news
"""
_ACCEPTED = """
    UPDATE delivery_attempt a SET provider_id = t.provider_id, outcome = 'accepted',
        ended_at = coalesce(a.ended_at, %s)
    FROM unnest(%s::bigint[], %s::text[]) t(id, provider_id) WHERE a.id = t.id AND a.provider_id = ''
"""
_COST = """
    UPDATE delivery_attempt a SET price = t.price
    FROM unnest(%s::bigint[], %s::numeric[]) t(id, price) WHERE a.id = t.id
"""
_MOVE = """
    UPDATE delivery_delivery d SET state = t.state, state_at = %s, reason = t.reason, provider_id = t.provider_id,
        next_at = NULL, lease_until = NULL
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) t(id, state, reason, provider_id) WHERE d.id = t.id
"""


@transaction.atomic
def take_in(many: Sequence[News], *, at: datetime) -> int:
    """Keep and apply them; how many deliveries moved.

    The same news twice changes nothing, and whatever the order, a delivery only moves up. News of a message whose
    answer we never got settles it, so that it is not sent again.
    """
    with connection.cursor() as cursor:
        tried = _locked(cursor, {one.attempt_id for one in many})
        own, named = _own(many, tried)
        new = _kept(cursor, own, at)
        if named:
            cursor.execute(_ACCEPTED, [at, list(named), list(named.values())])
        if prices := {one.attempt_id: one.price for one in own if one.price is not None}:
            cursor.execute(_COST, [list(prices), list(prices.values())])
        best = _best(new, tried)
        if not best:
            return 0
        moved = [(pk, one.state, one.reason, one.provider_id) for pk, one in sorted(best.items())]
        cursor.execute(_MOVE, [at, *map(list, zip(*moved, strict=True))])
    notices = {tried[one.attempt_id].notice_id for one in best.values()}
    for notice in Notice.objects.filter(pk__in=notices).only("partner_id", "topic").order_by("pk"):
        watchers.tell(notice)
    return len(best)


def _locked(cursor: CursorWrapper, attempts: set[int]) -> dict[int, _Tried]:
    ids = sorted(attempts)
    for statement in (_LOCK_ATTEMPTS, _LOCK_DELIVERIES, _TRIED):
        cursor.execute(statement, [ids])
    return {pk: _Tried(*tried) for pk, *tried in cursor.fetchall()}


def _own(many: Sequence[News], tried: Mapping[int, _Tried]) -> tuple[list[News], dict[int, str]]:
    """Those that are of a message we sent by that name; and the names that were not known until now."""
    own, named = list[News](), dict[int, str]()
    for one in many:
        if one.attempt_id not in tried:
            continue
        known = tried[one.attempt_id].provider_id or named.get(one.attempt_id)
        if known and known != one.provider_id:
            continue
        if not known and one.state:
            named[one.attempt_id] = one.provider_id
        own.append(one)
    return own, named


def _kept(cursor: CursorWrapper, own: Sequence[News], at: datetime) -> list[News]:
    """Those that were not told before."""
    by_key = {(one.provider, one.provider_id, one.word): one for one in own}
    if not by_key:
        return []
    cursor.execute(_KEEP, [at, *map(list, zip(*sorted(by_key), strict=True))])
    return [by_key[key] for key in cursor.fetchall()]


def _best(new: Sequence[News], tried: Mapping[int, _Tried]) -> dict[int, News]:
    """For each delivery that moves, the news that moves it furthest."""
    best: dict[int, News] = {}
    for one in sorted(new, key=lambda one: RANK[one.state] if one.state else -1):
        of = tried[one.attempt_id]
        # The news of an earlier try that failed says nothing about a later one.
        if one.state and moves(of.state, one.state) and (one.state != State.FAILED or of.is_latest):
            best[of.delivery_id] = one
    return best
