"""Agreements: what partners have signed, and what they may not do without."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "cityalert.agreements"
    label = "agreements"
