"""Incidents: what ties alerts and notes of one happening together, and what was learned from it afterwards."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "cityalert.incidents"
    label = "incidents"
