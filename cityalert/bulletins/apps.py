"""Bulletins: what partners tell one another in calm times, who has read it, and what readers put right."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "cityalert.bulletins"
    label = "bulletins"
