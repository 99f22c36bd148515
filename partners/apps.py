"""Partners: the organisations on the network, and who may act for them."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
