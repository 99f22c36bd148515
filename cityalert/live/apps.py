"""Live: one socket per page, one hub per process."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "cityalert.live"
    label = "live"
