"""Public: what everybody may read of public alerts, as pages and feeds; and the feeds of partners, by key."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "cityalert.public"
    label = "public"
