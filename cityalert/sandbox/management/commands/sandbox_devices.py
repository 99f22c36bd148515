"""`manage.py sandbox_devices`: browsers of the sandbox for the demo city's people."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cityalert.lib import clock, tenancy
from cityalert.sandbox import owners


class Command(BaseCommand):
    """Gives some of the cast a device or two."""

    help = "Make browsers of the sandbox devices of the demo city's people."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """In the demo only."""
        if not settings.IS_DEMO or not settings.SANDBOX_URL:
            raise CommandError(
                "Only the demo city has such people. Set CITYALERT_ENVIRONMENT=demo to try it."
            )
        with tenancy.across("the cast is of many partners"):
            self.stdout.write(f"{owners.equip(at=clock.now())} devices")
