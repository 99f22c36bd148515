"""Duty: who is on duty at a partner, and who is called next when nobody answers."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "cityalert.duty"
    label = "duty"
