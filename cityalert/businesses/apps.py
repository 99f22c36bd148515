"""Businesses: whom a business improvement area has as members, how to reach them, and passing alerts on to them."""

from django.apps import AppConfig


class BusinessesConfig(AppConfig):
    name = "cityalert.businesses"
    label = "businesses"
