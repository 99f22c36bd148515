"""`manage.py sandbox`: run the sandbox in the foreground."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cityalert.sandbox.behaviour import DEMO_PACE
from cityalert.sandbox.options import from_settings
from cityalert.sandbox.server import NotLocal, local_port, serve
from cityalert.sandbox.world import Sandbox


class Command(BaseCommand):
    """Starts the imitation of Twilio, the phones and the mail server."""

    help = (
        "Run the sandbox on this machine: an imitation of Twilio at SANDBOX_URL, a mail server at SMTP_URL."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Serve until interrupted."""
        if settings.CITYALERT_ENVIRONMENT == "production":
            raise CommandError(
                "The sandbox never runs in production. Set CITYALERT_ENVIRONMENT=demo to try it."
            )
        try:
            http_port = local_port(settings.SANDBOX_URL, "SANDBOX_URL")
            smtp_port = local_port(settings.SMTP_URL, "SMTP_URL")
            self.stdout.write(f"Phones and mail at {settings.SANDBOX_URL}; nothing here leaves this machine.")
            serve(Sandbox(from_settings(DEMO_PACE)), http_port=http_port, smtp_port=smtp_port)
        except NotLocal as wrong:
            raise CommandError(str(wrong)) from None
        except OSError as taken:
            raise CommandError(f"The sandbox cannot listen: {taken}. Is it already running?") from None
        except KeyboardInterrupt:
            return
