"""The one place that asks what time it is. Everything else is told (`at=`)."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present, aware, in UTC."""
    return timezone.now()
