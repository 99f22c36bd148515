"""Delivery: outbox, channels, receipts, escalation. Knows nothing of alerts."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "cityalert.delivery"
    label = "delivery"

    def ready(self) -> None:
        """Register the checks."""
        from cityalert.delivery import checks  # noqa: F401 - registers them
