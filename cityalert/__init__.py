"""CityAlert: a city's partners share alerts, talk, and lend each other camera views."""

from cityalert.celery import app as celery_app

__all__ = ["celery_app"]
