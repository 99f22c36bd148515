"""Desks that are never idle: a happening is said, perhaps said anew, and taken back, and then comes the next."""

from random import Random
from threading import Event, Thread
from time import monotonic, sleep

from django.db import connection

from chaos import press
from chaos.press import Desk, Press, persistently
from chaos.pulse import LEDGERED
from cityalert.alerts.models import Alert
from cityalert.lib.severity import Severity

# Of all messages of a version, how many are out when the next one is sent.
SHARES = (0.01, 0.5, 0.99)
PATIENCE_S = 60
DESKS = 2
PUBLIC, UPDATED = 0.85, 0.4
SEVERITIES = {Severity.EXTREME: 3, Severity.SEVERE: 3, Severity.MODERATE: 3, Severity.MINOR: 2}
RADII_M = (300, 500, 700, 700)
ENDINGS = ("error", "cancel", "all_clear")

# How many of a version's messages have been begun or ended, and how many there are: but for those that wait on purpose.
_OUT = """
    SELECT n.fanned_out_at IS NOT NULL, count(d.id) FILTER (WHERE d.state NOT IN ('queued', 'waiting')),
        count(d.id) FILTER (
            WHERE d.state <> 'waiting' AND NOT (d.state = 'queued' AND d.next_at > now() + interval '5 seconds'))
    FROM delivery_notice n LEFT JOIN delivery_delivery d ON d.notice_id = n.id AND d.channel = ANY(%s)
    WHERE n.id = %s GROUP BY n.id
"""


class Traffic:
    """What several desks send at the same time. `presses` is what they did, `trouble` what kept them from it."""

    def __init__(self, desk: Desk, seed: str) -> None:
        self.presses: list[Press] = []
        self.trouble: list[str] = []
        self._desk = desk
        self._end = Event()
        self._threads = [
            Thread(
                target=self._write,
                args=(Random(f"{seed} desk {number}"),),
                name=f"desk {number}",
                daemon=True,
            )
            for number in range(DESKS)
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Returns when what goes on has been taken back; nothing new is said."""
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _write(self, chance: Random) -> None:
        while not self._end.is_set():
            try:
                self._happening(chance)
            except Exception as error:  # noqa: BLE001 - it belongs into the report, and the round goes on
                self.trouble.append(f"a desk could not write: {error!r}")
        connection.close()

    def _happening(self, chance: Random) -> None:
        is_public = chance.random() < PUBLIC
        (severity,) = chance.choices(list(SEVERITIES), list(SEVERITIES.values()))
        radius_m = chance.choice(RADII_M)
        said = self._send(
            persistently(lambda: press.draft(is_public=is_public, radius_m=radius_m, severity=severity))
        )
        if chance.random() < UPDATED:
            self._until_out(said, chance)
            said = self._send(persistently(lambda: press.draft_of_update(said.alert_id)))
        self._until_out(said, chance)
        ended = self._desk.cancel(said.alert_id, chance.choice(ENDINGS))
        self.presses.append(ended)
        self._until_out(ended, chance)

    def _send(self, alert: Alert) -> Press:
        done = self._desk.send(alert)
        self.presses.append(done)
        return done

    def _until_out(self, sent: Press, chance: Random) -> None:
        """Until the share of it that chance wants has left, or everybody's patience with it."""
        share, until = chance.choice(SHARES), monotonic() + PATIENCE_S
        while monotonic() < until and not persistently(lambda: _is_out(sent, share)):
            sleep(0.1)


def _is_out(sent: Press, share: float) -> bool:
    alert = press.sent_by(sent)
    if alert is None:
        # Nobody answered, and nothing came of it.
        return True
    with connection.cursor() as cursor:
        cursor.execute(_OUT, [list(LEDGERED), alert.notice_id])
        is_fanned_out, out, in_all = cursor.fetchone()
    return bool(is_fanned_out) and out >= share * in_all
