"""Partners: the organisations on the network, and who may act for them."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        """Tell `live` who may listen for a partner."""
        from cityalert.live import topics as live
        from partners import (
            checks,  # noqa: F401
            topics,
        )

        live.register_claim_for(topics.claim_for)
        live.register_is_proved(topics.is_proved)
        live.register_listeners(topics.listeners)
