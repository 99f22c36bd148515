"""After the dust has settled: the rows against the ledger, and against what the webs said was done."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from chaos import rows as told
from chaos import waiting
from chaos.ledger import Taken
from chaos.people import People
from chaos.press import Press, sent_by
from chaos.rows import Row
from chaos.screens import Screen
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType
from cityalert.auditor import rounds
from cityalert.delivery.ladder import ENDED, RANK, State
from cityalert.lib import clock
from cityalert.lib.severity import Severity

# A version that was replaced before it was fanned out is fanned out to nobody: its successor is.
_FANNED_OUT = """
    (n.superseded_at IS NULL OR EXISTS (
        SELECT FROM delivery_delivery d WHERE d.notice_id = n.id AND d.channel <> 'dashboard'))
"""
# Who could be reached and has no message.
_WITHOUT = f"""
    SELECT r.id, cp.channel FROM delivery_notice n
    JOIN delivery_recipient r ON r.notice_id = n.id AND r.subscriber_id IS NOT NULL
    JOIN subscriptions_contactpoint cp ON cp.subscriber_id = r.subscriber_id
        AND cp.verified_at IS NOT NULL AND cp.stopped_at IS NULL AND cp.gone_at IS NULL
        AND cp.min_severity <= n.severity AND cp.channel IN ('sms', 'email')
    WHERE n.id = ANY(%(notices)s) AND {_FANNED_OUT}
      AND NOT EXISTS (
          SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id
            AND (d.channel = cp.channel AND d.address = cp.address OR d.channel = 'digest'))
"""
# Who lives where a public alert is for, and is not among those it was said to.
_LEFT_OUT = """
    SELECT a.notice_id, w.subscriber_id FROM alerts_alert a
    JOIN subscriptions_watcharea w ON w.subscriber_id = ANY(%(residents)s) AND ST_Intersects(w.area, a.area)
    WHERE a.notice_id = ANY(%(notices)s) AND a.scope = 'Public' AND a.msg_type <> 'Cancel'
      AND NOT EXISTS (SELECT FROM delivery_recipient r
                      WHERE r.notice_id = a.notice_id AND r.subscriber_id = w.subscriber_id)
"""


@dataclass
class Findings:
    """What one round came to. What is `wrong` begins with what kind of wrong it is, and a colon."""

    presses: int = 0
    acknowledged: int = 0
    deliveries: int = 0
    taken: int = 0
    repeats: int = 0  # taken again after an unknown outcome, which is allowed
    uncertain: int = 0  # mails that are not severe, of which nobody can say whether they were taken
    waiting: int = 0  # put off by somebody's own wish
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Happened:
    """A round that is over. `is_calm`: nothing was broken; `skew_s`: so far the clocks were apart."""

    began: datetime
    presses: Sequence[Press]
    ledger: Mapping[int, Sequence[Taken]]
    screens: Sequence[Screen]
    people: People
    is_calm: bool
    skew_s: int


def look(happened: Happened) -> Findings:
    """Everything that was promised."""
    alerts = [alert for press in happened.presses if (alert := sent_by(press)) is not None]
    said = sorted({alert.notice_id for alert in alerts if alert.notice_id})
    gathered = told.mails_of_the_day(happened.began)
    rows, ledger = told.of([*said, *gathered]), happened.ledger
    findings = Findings(
        presses=len(happened.presses),
        acknowledged=sum(press.is_acknowledged for press in happened.presses),
        deliveries=len(rows),
        taken=sum(len(ledger.get(row.id, ())) for row in rows),
        repeats=sum(max(0, len(ledger.get(row.id, ())) - 1) for row in rows),
        uncertain=sum(row.state == State.UNCERTAIN for row in rows),
        waiting=sum(row.state == State.QUEUED for row in rows),
    )
    wrong = findings.wrong
    wrong += _said_and_not_done(happened.presses)
    wrong += _without_message(said, happened.people)
    for row in rows:
        wrong += _of_one(row, ledger.get(row.id, ()))
        wrong += _once(row, ledger.get(row.id, ()), happened)
    wrong += [f"twice: taken for an attempt that nobody knows at {one}" for one in ledger.get(0, ())]
    wrong += _order(rows, ledger)
    hours = waiting.Told(
        said,
        [alert.notice_id for alert in alerts if alert.msg_type != MsgType.CANCEL and alert.notice_id],
        gathered,
    )
    wrong += waiting.look(rows, ledger, hours, happened.people, skew_s=happened.skew_s)
    wrong += _on_screens(alerts, happened.screens)
    wrong += _auditor(rows, ledger)
    return findings


def _auditor(rows: Sequence[Row], ledger: Mapping[int, Sequence[Taken]]) -> Iterator[str]:
    """What a city's own auditor finds, and what is known here of its first examples."""
    known = {f"delivery {row.id}": row for row in rows}
    for name, examples in rounds.hold(at=clock.now()).broken.items():
        yield f"auditor: {name}: {examples[:10]}"
        for row in [known[one] for one in examples if one in known][:3]:
            yield f"auditor: {name}: {row}, taken at {', '.join(map(str, ledger.get(row.id, ())))}"


def _said_and_not_done(presses: Sequence[Press]) -> Iterator[str]:
    """I1, I2: what the web said was done is done, and what was not done is not half done."""
    for press in presses:
        sent = sent_by(press)
        if press.is_acknowledged and sent is None:
            yield f"lost: the web said that {press.what} of {press.alert_id} was done"
        if not press.is_acknowledged:
            yield f"unanswered: nobody answered {press.what} of {press.alert_id}:{press.answers}"


def _without_message(notices: list[int], people: People) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT, {"notices": notices})
        for recipient, channel in cursor.fetchall():
            yield f"lost: recipient {recipient} has no message by {channel}"
        cursor.execute(_LEFT_OUT, {"notices": notices, "residents": people.everybody})
        for notice, subscriber in cursor.fetchall():
            yield f"lost: subscriber {subscriber} is not among those of notice {notice}"


def _of_one(row: Row, taken: Sequence[Taken]) -> Iterator[str]:
    """I1: at its end, and taken when it says so."""
    if row.state not in ENDED and row.state != State.WAITING and not waiting.may_wait(row):
        yield f"left: {row} is not at its end"
    if row.channel == "digest":
        return
    if row.state in {State.SENT, State.DELIVERED, State.SEEN, State.ACKNOWLEDGED} and not taken:
        yield f"lost: {row} was never taken by its provider"
    if row.state == State.FAILED:
        yield f"lost: {row} failed"
    if row.state == State.UNCERTAIN and row.severity >= Severity.SEVERE:
        yield f"lost: {row} was left uncertain although it is severe"
    if any("delivered" in one.heard for one in taken) and RANK[State(row.state)] < RANK[State.DELIVERED]:
        yield f"receipt lost: {row}; the web accepted the news that it was delivered"


def _once(row: Row, taken: Sequence[Taken], happened: Happened) -> Iterator[str]:
    """I4: at most once more for each outcome nobody knows; and by text only if asking could not tell."""
    times = ", ".join(map(str, taken))
    if len(taken) > 1 + (0 if happened.is_calm else row.unknown):
        yield f"twice: {row} was taken at {times}, with {row.unknown} unknown outcomes"
    for one in taken[:-1]:
        # It was there before we stopped waiting, and long before we may have asked.
        if one.ended_at and one.at < one.ended_at - timedelta(seconds=happened.skew_s):
            yield f"twice: {row} was taken at {times}, and sent again although its provider had it"
            return


def _order(rows: Sequence[Row], ledger: Mapping[int, Sequence[Taken]]) -> Iterator[str]:
    """I5, I6: whoever heard a version hears the last one, and none of the earlier after it."""
    by_address: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_address[row.series, row.channel, row.address].append(row)
    newest: dict[str, int] = defaultdict(int)
    for row in rows:
        newest[row.series] = max(newest[row.series], row.notice)
    for (series, _channel, _address), versions in by_address.items():
        heard = [(one.at, row) for row in versions for one in ledger.get(row.id, ())]
        heard.sort(key=lambda one: one[0])
        last = [row for row in versions if row.notice == newest[series]]
        has_heard_it = any(row.state == State.UNCERTAIN or ledger.get(row.id) for row in last)
        if heard and not has_heard_it:
            at, row = heard[-1]
            yield f"not corrected: {row} was heard at {at:%H:%M:%S}, and the newest version not: {last or None}"
        latest = 0
        for at, row in heard:
            if row.notice < latest:
                yield f"overtaken: {row} was heard at {at:%H:%M:%S.%f}, after notice {latest}"
            latest = max(latest, row.notice)


def _on_screens(alerts: Sequence[Alert], screens: Sequence[Screen]) -> Iterator[str]:
    """I11: every version is shown, once."""
    for number, screen in enumerate(screens, start=1):
        for alert in alerts:
            times = len(screen.shown.get(str(alert.pk), ()))
            if times != 1:
                yield f"screen: number {number} showed {alert.msg_type} {alert.pk} {times} times"
