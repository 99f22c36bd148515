"""`manage.py grow_city --times N`: the demo city, N times as large."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cityalert.ops.demo import growth


class Command(BaseCommand):
    help = "Make the demo's residents, partners and sites N times as many, for benchmarks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--times", type=int, required=True, help="at least 2; 150 gives 3 million residents"
        )

    def handle(self, *args: Any, times: int, **options: Any) -> None:
        name = str(connection.settings_dict["NAME"])
        if settings.IS_PRODUCTION and not name.endswith("_bench"):
            raise CommandError(
                f"{name} is neither the demo's nor a test's, nor does its name end with _bench."
            )
        if times < 2:
            raise CommandError("Once is what is there: --times is at least 2.")
        began = monotonic()
        growth.grow(times, self._say)
        self._say(f"Grown in {monotonic() - began:.1f} s.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
