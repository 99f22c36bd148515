"""Alerts: the life of a CAP message, and whom it is for."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "cityalert.alerts"
    label = "alerts"
