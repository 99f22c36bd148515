"""Geo: zones, shapes and municipalities."""

from django.apps import AppConfig


class GeoConfig(AppConfig):
    name = "cityalert.geo"
    label = "geo"

    def ready(self) -> None:
        """Register the checks."""
        from cityalert.geo import checks  # noqa: F401 - registers them
