"""The auditor: does everything hold that was promised?"""

from django.apps import AppConfig


class AuditorConfig(AppConfig):
    name = "cityalert.auditor"
