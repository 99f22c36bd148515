"""The directory: how partners find one another, and what keeps it from being carried off."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "cityalert.directory"
    label = "directory"
