"""Preferences: what a person says of how they want to be reached. Where it is kept is `subscriptions`'."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "cityalert.preferences"
    label = "preferences"
