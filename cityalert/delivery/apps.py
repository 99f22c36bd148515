"""Delivery: outbox, channels, receipts, escalation. Knows nothing of alerts."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "cityalert.delivery"
    label = "delivery"
