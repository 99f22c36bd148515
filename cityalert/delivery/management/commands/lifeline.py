"""`manage.py lifeline`: delivers straight from PostgreSQL whenever Redis, Celery or beat has gone silent."""

import logging
import signal
from datetime import timedelta
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from cityalert.accounts import letters
from cityalert.delivery import sweep
from cityalert.lib import clock

logger = logging.getLogger(__name__)

SILENCE = timedelta(seconds=12)


class Command(BaseCommand):
    help = "Sweeps and sends by itself while beat is silent; idle otherwise."
    # it is there for when other things are wrong
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=3.0, help="seconds between looks")
        parser.add_argument("--silence", type=float, default=SILENCE.total_seconds())

    def handle(self, *args: Any, every: float, silence: float, **options: Any) -> None:
        stop = Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        working = False
        while not stop.is_set():
            try:
                working = self._round(timedelta(seconds=silence), working)
            except DatabaseError as error:
                logger.warning("lifeline: the database does not answer (%s); looking again", error)
            close_old_connections()
            stop.wait(every)

    def _round(self, silence: timedelta, working: bool) -> bool:
        """One look. Once at work it stays at work until beat's own heartbeat comes back."""
        at = clock.now()
        age = sweep.age("sweep", at=at)
        is_silent = age is None or age > silence
        if is_silent and not working:
            logger.warning("lifeline: beat is silent; delivering from here until it is back")
        elif working and not is_silent:
            logger.warning("lifeline: beat is back")
        if is_silent:
            sweep.run(at=at, name="lifeline")
            letters.send_due(at=at)
        return is_silent
