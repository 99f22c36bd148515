"""Geo: zones and shapes."""

from django.apps import AppConfig


class GeoConfig(AppConfig):
    name = "cityalert.geo"
    label = "geo"
