"""`manage.py seed_demo`: load the demo city."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cityalert.lib import clock
from cityalert.ops.demo import load


class Command(BaseCommand):
    help = "Load the demo city, or bring it up to date. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo city has passwords everybody knows: set CITYALERT_ENVIRONMENT=demo.")
        began = monotonic()
        if load.load(self._say, at=clock.now()):
            self._say(f"The demo city is loaded ({monotonic() - began:.1f} s).")
        else:
            self._say("The demo city is there already.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
