"""The sandbox as a Django app: its system check. Nothing starts by being installed."""

from django.apps import AppConfig
from django.core.checks import register


class SandboxConfig(AppConfig):
    """An imitation of the outside world."""

    name = "cityalert.sandbox"
    label = "sandbox"

    def ready(self) -> None:
        """Refuse to start as production with a sandbox."""
        from cityalert.sandbox.checks import no_sandbox_in_production

        register(no_sandbox_in_production)
