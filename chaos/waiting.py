"""What is put off by somebody's own wish: quiet hours last, the mail of the day is one, who is away hears nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from chaos.ledger import Taken
from chaos.people import Habit, People
from chaos.rows import Row
from cityalert.delivery.digest import CHANNEL as DIGEST
from cityalert.delivery.ladder import State
from cityalert.delivery.quiet import REASON as QUIET
from cityalert.lib import clock
from cityalert.lib.severity import Severity

# What is due sooner than this is not put off, but late.
SOON = timedelta(minutes=5)
# The product's clocks and the provider's differ by less.
APART = timedelta(seconds=2)

# What was put into mails of the day: how many mails of that batch each person has.
_GATHERED = """
    SELECT d.id, (
        SELECT count(*) FROM delivery_notice n JOIN delivery_recipient m ON m.notice_id = n.id
        WHERE n.key LIKE d.provider_id || ' %%' AND m.subscriber_id = r.subscriber_id)
    FROM delivery_delivery d JOIN delivery_recipient r ON r.id = d.recipient_id
    WHERE d.notice_id = ANY(%(notices)s) AND d.channel = 'digest' AND d.state = 'sent'
"""
_WITHOUT_MAIL = """
    SELECT r.id FROM delivery_recipient r WHERE r.notice_id = ANY(%(gathered)s)
      AND NOT EXISTS (SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id AND d.channel = 'email')
"""
# Minor, and told at once to somebody who wants it gathered.
_NOT_GATHERED = """
    SELECT d.id FROM delivery_delivery d JOIN delivery_notice n ON n.id = d.notice_id AND n.severity <= %(minor)s
    JOIN delivery_recipient r ON r.id = d.recipient_id AND r.subscriber_id = ANY(%(gatherers)s)
    WHERE d.notice_id = ANY(%(notices)s) AND d.channel <> 'digest'
"""
_RECIPIENTS = """
    SELECT r.notice_id, r.subscriber_id FROM delivery_recipient r
    WHERE r.notice_id = ANY(%(notices)s) AND r.subscriber_id = ANY(%(members)s)
"""


@dataclass(frozen=True)
class Told:
    """The notices of a round: all that was said, those of it that take nothing back, and the mails of the day."""

    said: list[int]
    news: list[int]
    gathered: list[int]


def may_wait(row: Row) -> bool:
    """Is it in the queue because somebody wants it so?"""
    if row.state != State.QUEUED or row.next_at is None or row.next_at < clock.now() + SOON:
        return False
    return row.channel == DIGEST or (row.reason == QUIET and row.sleeps_until is not None)


def look(
    rows: Sequence[Row],
    ledger: Mapping[int, Sequence[Taken]],
    told: Told,
    people: People,
    *,
    skew_s: int,
) -> Iterator[str]:
    """Everything that was promised to them."""
    yield from _asleep(rows, ledger, skew_s)
    yield from _of_the_day(told.said, told.gathered, people)
    yield from _corrected_by_the_day(rows)
    yield from _away(told, people)


def _asleep(rows: Sequence[Row], ledger: Mapping[int, Sequence[Taken]], skew_s: int) -> Iterator[str]:
    """Nobody is woken by what can wait, but for the correction of what they heard; and what waits, waits no longer."""
    patience = APART + timedelta(seconds=skew_s)
    heard: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if ledger.get(row.id):
            heard[row.series, row.channel, row.address].append(row)
    for row in rows:
        if row.sleeps_until is None or row.kind != "resident" or row.channel == DIGEST:
            continue
        earlier = [one for one in heard[row.series, row.channel, row.address] if one.notice < row.notice]
        for one in ledger.get(row.id, ()):
            if one.at < row.sleeps_until - patience and not earlier:
                yield f"woken: {row} was taken at {one}, in quiet hours until {row.sleeps_until:%H:%M:%S}"
        if row.state == State.QUEUED and row.next_at and abs(row.next_at - row.sleeps_until) > patience:
            yield f"woken: {row} waits until {row.next_at:%H:%M:%S}, quiet hours until {row.sleeps_until:%H:%M:%S}"


def _of_the_day(said: list[int], gathered: list[int], people: People) -> Iterator[str]:
    """Each is in one mail, for each person there is one, and what is gathered does not come by itself."""
    gatherers = people.residents[Habit.GATHERS] + people.residents[Habit.GATHERS_LATER]
    with connection.cursor() as cursor:
        cursor.execute(_GATHERED, {"notices": said})
        for delivery, mails in cursor.fetchall():
            if mails != 1:
                yield f"{'twice' if mails else 'lost'}: delivery {delivery} was gathered, into {mails} mails"
        cursor.execute(_WITHOUT_MAIL, {"gathered": gathered})
        for (recipient,) in cursor.fetchall():
            yield f"lost: recipient {recipient} of a mail of the day has none"
        cursor.execute(_NOT_GATHERED, {"notices": said, "gatherers": gatherers, "minor": int(Severity.MINOR)})
        for (delivery,) in cursor.fetchall():
            yield f"woken: delivery {delivery} is minor, and came by itself to somebody who wants it gathered"


def _corrected_by_the_day(rows: Sequence[Row]) -> Iterator[str]:
    """Whoever read it in the mail of the day reads that it changed, before it is over."""
    newest: dict[str, int] = defaultdict(int)
    by_address: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        newest[row.series] = max(newest[row.series], row.notice)
        if row.channel == DIGEST:
            by_address[row.series, row.address].append(row)
    for (series, _address), versions in by_address.items():
        read = [row for row in versions if row.state == State.SENT and row.notice < newest[series]]
        last = [row for row in versions if row.notice == newest[series]]
        for row in read[:1]:
            if not last:
                yield f"not corrected: {row} was in a mail of the day, and its newest version is for nobody"
            elif last[0].state == State.QUEUED and last[0].next_at and last[0].next_at >= last[0].expires_at:
                yield f"not corrected: {row} was in a mail of the day, and its newest version is over before the next"


def _away(told: Told, people: People) -> Iterator[str]:
    """Nothing comes to whoever is away; where a colleague stands in, it comes to the colleague."""
    absent, stand_in = people.stood_in_for
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS, {"notices": told.news, "members": [people.away, absent, stand_in]})
        found = cursor.fetchall()
    hear = {notice for notice, member in found if member == stand_in}
    for notice, member in found:
        if member in {people.away, absent}:
            yield f"woken: notice {notice} is for subscriber {member}, who is away"
    for notice in sorted(set(told.news) - hear):
        yield f"lost: notice {notice} is not for subscriber {stand_in}, who stands in for a colleague"
