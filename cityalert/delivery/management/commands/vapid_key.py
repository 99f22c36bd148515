"""`manage.py vapid_key`: draw the key by which push services know this city."""

from typing import Any

from django.core.management.base import BaseCommand

from cityalert.delivery import vapid


class Command(BaseCommand):
    """Writes one line for the environment; changes nothing."""

    help = "Draw a VAPID key for push messages. Every browser is bound to it: draw it once, and keep it."
    requires_system_checks: list[str] = []  # it is one of what the checks miss

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print it."""
        self.stdout.write(f"VAPID_PRIVATE_KEY={vapid.fresh_key()}")
