"""Whole addresses of what everybody may read: for links that leave the site, in feeds, cards and calendars."""

from django.conf import settings
from django.urls import reverse

from cityalert.alerts.models import Alert


def whole(path: str) -> str:
    """A path of ours, with the site in front."""
    return f"{settings.PUBLIC_URL}{path}"


def page_of(alert: Alert, language: str) -> str:
    """The public page of one version."""
    return whole(reverse("public:alert", args=[language, alert.pk]))


def cap_of(alert: Alert) -> str:
    """Its message in CAP 1.2."""
    return whole(reverse("public:cap", args=[alert.pk]))
