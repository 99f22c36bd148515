"""Correspondence that must be kept: for how long, under which hold, and taken out whole for a request under the law."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "cityalert.records"
    label = "records"
