"""`manage.py naad`: listens to Alert Ready's stream at NAAD_HOSTS until told to stop."""

import logging
import signal
from threading import Event
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from cityalert.exchange import naad
from cityalert.lib import clock, tenancy

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Listens to NAAD, the stream of Alert Ready. What comes is external, and is sent to nobody."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.NAAD_HOSTS:
            raise CommandError("NAAD_HOSTS is empty: name the hosts, as host:port,host:port.")
        tenancy.work_across("the stream is the network's")
        stop = Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        stream = naad.Stream(naad.source(at=clock.now()))

        def heard(raw: bytes) -> None:
            try:
                stream.heard(raw, at=clock.now())
            except DatabaseError as error:
                # The next heartbeats name it again, and the archive has it.
                logger.warning("naad: the database does not answer (%s)", error)
            close_old_connections()

        def silent(why: str) -> None:
            try:
                stream.silent(why, at=clock.now())
            except DatabaseError as error:
                logger.warning("naad: the database does not answer (%s)", error)
            close_old_connections()

        naad.listen(settings.NAAD_HOSTS, heard, silent, stop)
