"""After the dust has settled: the rows against the ledger, and against what the webs said was done."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from chaos.ledger import Taken
from chaos.press import Press
from chaos.screens import Screen
from cityalert.alerts.models import Alert
from cityalert.auditor import rounds
from cityalert.delivery.ladder import ENDED, State
from cityalert.lib import clock
from cityalert.lib.severity import Severity

_DELIVERIES = """
    SELECT d.id, d.notice_id, d.recipient_id, d.channel, d.address, d.state, n.series, n.posted_at, n.severity,
        n.superseded_at IS NOT NULL,
        (SELECT count(*) FROM delivery_attempt a WHERE a.delivery_id = d.id AND a.outcome = 'unknown'),
        (SELECT array_agg(a.detail ORDER BY a.number) FROM delivery_attempt a WHERE a.delivery_id = d.id)
    FROM delivery_delivery d JOIN delivery_notice n ON n.id = d.notice_id
    WHERE n.id = ANY(%(notices)s) AND d.channel IN ('sms', 'email')
"""

# Who could be reached and has no message: of notices that nothing has replaced before they were fanned out.
_WITHOUT = """
    SELECT r.id, cp.channel FROM delivery_notice n
    JOIN delivery_recipient r ON r.notice_id = n.id AND r.subscriber_id IS NOT NULL
    JOIN subscriptions_contactpoint cp ON cp.subscriber_id = r.subscriber_id
        AND cp.verified_at IS NOT NULL AND cp.stopped_at IS NULL AND cp.gone_at IS NULL
        AND cp.min_severity <= n.severity AND cp.channel IN ('sms', 'email')
    WHERE n.id = ANY(%(notices)s) AND (n.superseded_at IS NULL OR n.superseded_at > n.fanned_out_at)
      AND NOT EXISTS (SELECT FROM delivery_delivery d
                      WHERE d.recipient_id = r.id AND d.channel = cp.channel AND d.address = cp.address)
"""


@dataclass
class Findings:
    """What one fault run came to."""

    presses: int = 0
    acknowledged: int = 0
    deliveries: int = 0
    taken: int = 0
    repeats: int = 0  # taken again after an unknown outcome, which is allowed
    wrong: list[str] = field(default_factory=list)


def look(
    presses: Sequence[Press],
    ledger: Mapping[int, Sequence[Taken]],
    screens: Sequence[Screen],
    *,
    is_calm: bool,
) -> Findings:
    """Everything that was promised. `is_calm`: nothing was broken, so nobody may be told twice."""
    alerts = [alert for press in presses if (alert := _alert_of(press)) is not None]
    notices = sorted({alert.notice_id for alert in alerts if alert.notice_id})
    rows = _deliveries(notices)
    findings = Findings(
        presses=len(presses),
        acknowledged=sum(press.is_acknowledged for press in presses),
        deliveries=len(rows),
        taken=sum(len(ledger.get(row["id"], ())) for row in rows),
        repeats=sum(max(0, len(ledger.get(row["id"], ())) - 1) for row in rows),
    )
    findings.wrong += _said_and_not_done(presses)
    findings.wrong += _without_message(notices)
    for row in rows:
        findings.wrong += _of_one(row, ledger.get(row["id"], ()), is_calm=is_calm)
    findings.wrong += _order(rows, ledger)
    findings.wrong += _on_screens(alerts, screens)
    found = rounds.hold(at=clock.now())
    findings.wrong += [f"auditor: {name}: {examples[:5]}" for name, examples in found.broken.items()]
    return findings


def _alert_of(press: Press) -> Alert | None:
    """The alert that a press sent: for a cancel the newest version."""
    alert = Alert.objects.get(pk=press.alert_id)
    if press.what == "cancel":
        return alert.followed_by.filter(msg_type="Cancel", notice__isnull=False).first()
    return alert if alert.notice_id else None


def _said_and_not_done(presses: Sequence[Press]) -> Iterator[str]:
    """I1, I2: what the web said was done is done, and what was not done is not half done."""
    for press in presses:
        sent = _alert_of(press)
        if press.is_acknowledged and sent is None:
            yield f"lost: the web said that {press.what} of {press.alert_id} was done"
        if not press.is_acknowledged:
            yield f"nobody answered {press.what} of {press.alert_id}:{press.answers}"


def _without_message(notices: list[int]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT, {"notices": notices})
        for recipient, channel in cursor.fetchall():
            yield f"lost: recipient {recipient} has no message by {channel}"


def _deliveries(notices: list[int]) -> list[dict[str, Any]]:
    names = ("id", "notice", "recipient", "channel", "address", "state", "series", "posted_at", "severity",
             "is_superseded", "unknown", "details")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERIES, {"notices": notices})
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _of_one(row: dict[str, Any], taken: Sequence[Taken], *, is_calm: bool) -> Iterator[str]:
    """I1, I4: at its end, taken when it says so, and at most once more for each outcome nobody knows."""
    named = f"delivery {row['id']} ({row['channel']}, {row['state']})"
    if row["state"] not in ENDED and row["state"] != State.WAITING:
        yield f"{named} is not at its end"
    if row["state"] in {State.SENT, State.DELIVERED, State.SEEN, State.ACKNOWLEDGED} and not taken:
        yield f"lost: {named} was never taken by its provider"
    if row["state"] == State.FAILED:
        yield f"lost: {named} failed: {row['details']}"
    if row["state"] == State.UNCERTAIN and row["severity"] >= Severity.SEVERE:
        yield f"{named} was left uncertain although it is severe"
    if len(taken) > 1 + (0 if is_calm else row["unknown"]):
        yield f"twice: {named} was taken {len(taken)} times, with {row['unknown']} unknown outcomes"


def _order(rows: Sequence[dict[str, Any]], ledger: Mapping[int, Sequence[Taken]]) -> Iterator[str]:
    """I5, I6: whoever heard a version hears the last one, and none of the earlier after it."""
    by_address: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_address[row["series"], row["channel"], row["address"]].append(row)
    newest = {
        row["series"]: max(r["posted_at"] for r in rows if r["series"] == row["series"]) for row in rows
    }
    for (series, channel, _address), told in by_address.items():
        told.sort(key=lambda row: row["posted_at"])
        heard = [(row["posted_at"], one.at) for row in told for one in ledger.get(row["id"], ())]
        last = [at for posted_at, at in heard if posted_at == newest[series]]
        if heard and not last:
            yield f"not corrected: by {channel}, delivery {told[0]['id']} was heard and the newest version was not"
        if last and any(at > min(last) for posted_at, at in heard if posted_at < newest[series]):
            yield f"overtaken: by {channel}, delivery {told[0]['id']} came after the version that replaced it"


def _on_screens(alerts: Sequence[Alert], screens: Sequence[Screen]) -> Iterator[str]:
    """I11: every version is shown, once."""
    for number, screen in enumerate(screens, start=1):
        for alert in alerts:
            times = len(screen.shown.get(str(alert.pk), ()))
            if times != 1:
                yield f"screen {number} showed {alert.msg_type} {alert.pk} {times} times"
