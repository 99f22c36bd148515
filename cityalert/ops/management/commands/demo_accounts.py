"""`manage.py demo_accounts`: who one can sign in as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cityalert.accounts.demo import ACCOUNTS
from cityalert.lib import clock


class Command(BaseCommand):
    help = "Print the demo's accounts with their passwords and present authenticator codes."
    requires_system_checks: list[str] = []  # somebody waits for it

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("Only the demo's accounts are known: set CITYALERT_ENVIRONMENT=demo.")
        now = clock.now().timestamp()
        rows = [(a.email, a.password, a.code(now), str(a.who)) for a in ACCOUNTS]
        for row in [("E-mail", "Password", "Code", "Who"), *rows]:
            self.stdout.write("{:<26}  {:<22}  {:<6}  {}".format(*row))
        self.stdout.write("A code is good for half a minute; it is asked of those who may publish or manage.")
