"""Looked at all the time, beside everything else: how much the providers took, and whether anything is due."""

from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, close_old_connections

from chaos import ledger
from cityalert.delivery.models import Delivery
from cityalert.lib import clock
from cityalert.sandbox.world import Sandbox

EVERY_S = 0.1
# By these, providers with ledgers are told.
LEDGERED = ("sms", "email")


class Pulse:
    """`taken`: messages so far. `is_due`: is any to be sent now? While the database is dead: as it said last."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.taken, self.is_due = 0, False
        self._sandbox = sandbox
        self._end = Event()
        self._thread = Thread(target=self._look, name="pulse", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(EVERY_S):
            self.taken = ledger.count(self._sandbox)
            try:
                self.is_due = _is_due()
            except (DatabaseError, InterfaceError):
                close_old_connections()


def _is_due() -> bool:
    return Delivery.objects.filter(channel__in=LEDGERED, state="queued", next_at__lte=clock.now()).exists()
