"""Alerts of others: CAP that comes in, by hand, from feeds and from NAAD. What we send is `alerts.cap`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "cityalert.exchange"
    label = "exchange"
