"""Event dossiers: what police, the venue and others know and plan about an event before it begins."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "cityalert.dossiers"
    label = "dossiers"
