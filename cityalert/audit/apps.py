"""Audit: who did what, append-only and chained."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "cityalert.audit"
    label = "audit"
