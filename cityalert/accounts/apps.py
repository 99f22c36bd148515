"""Accounts: people, and how they sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cityalert.accounts"
    label = "accounts"
