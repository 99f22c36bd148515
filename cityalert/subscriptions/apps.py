"""Subscriptions: who wants to hear what, where, and how."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "cityalert.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        """Connect the receivers."""
        from cityalert.subscriptions import receivers  # noqa: F401 - connects them
