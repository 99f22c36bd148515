"""Subscriptions: who wants to hear what, where, and how."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "cityalert.subscriptions"
    label = "subscriptions"
