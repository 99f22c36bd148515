"""Accounts: people, and how they sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cityalert.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen, and check the settings."""
        from cityalert.accounts import checks, receivers  # noqa: F401
