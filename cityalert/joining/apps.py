"""Joining: how an organisation becomes a partner, and what must be checked before."""

from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "cityalert.joining"
    label = "joining"
