"""`manage.py sandbox`: run the sandbox in the foreground."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cityalert.sandbox.behaviour import AT_ONCE, DEMO_PACE, Callbacks
from cityalert.sandbox.options import from_settings
from cityalert.sandbox.server import LOOPBACK, NotLocal, local_port, serve
from cityalert.sandbox.world import Sandbox


class Command(BaseCommand):
    """Starts the imitation of Twilio, the phones and the mail server."""

    help = "Run the sandbox on this machine: Twilio, phones and mailboxes at SANDBOX_URL, mail at SMTP_URL."
    requires_system_checks: list[str] = []  # the worker beside it makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For measuring: a provider that answers after a fixed time and tells nothing afterwards."""
        parser.add_argument("--latency", type=int, default=0, metavar="MS", help="answer after so many ms")
        parser.add_argument(
            "--at-once", action="store_true", help="texts are delivered the moment they are accepted"
        )
        parser.add_argument("--no-callbacks", action="store_true", help="make no status call-backs")
        parser.add_argument(
            "--keep", type=int, default=20_000, metavar="N", help="how many texts to remember"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until interrupted."""
        if settings.CITYALERT_ENVIRONMENT == "production":
            raise CommandError(
                "The sandbox never runs in production. Set CITYALERT_ENVIRONMENT=demo to try it."
            )
        try:
            http_port = local_port(settings.SANDBOX_URL, "SANDBOX_URL")
            smtp_port = local_port(settings.SMTP_URL, "SMTP_URL")
            self.stdout.write(f"Phones and mail at {settings.SANDBOX_URL}; nothing here leaves this machine.")
            serve(self._sandbox(options), http_port=http_port, smtp_port=smtp_port, naad_port=_naad_port())
        except NotLocal as wrong:
            raise CommandError(str(wrong)) from None
        except OSError as taken:
            raise CommandError(f"The sandbox cannot listen: {taken}. Is it already running?") from None
        except KeyboardInterrupt:
            return

    def _sandbox(self, options: dict[str, Any]) -> Sandbox:
        pace = AT_ONCE if options["at_once"] else DEMO_PACE
        sandbox = Sandbox(replace(from_settings(pace), keep_texts=options["keep"]))
        sandbox.twilio.behave(
            latency=options["latency"] / 1000, callbacks=Callbacks(dropped=options["no_callbacks"])
        )
        return sandbox


def _naad_port() -> int:
    """The first of NAAD's hosts that is on this machine is the sandbox's to play; else any port."""
    ports = [host.rpartition(":")[2] for host in settings.NAAD_HOSTS if host.startswith(f"{LOOPBACK}:")]
    return int(ports[0]) if ports else 0
