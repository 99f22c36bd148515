"""Residents: whoever wants to hear what happens on their street, without an account."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "cityalert.residents"
    label = "residents"
