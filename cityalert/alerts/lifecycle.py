"""The states of an alert and the moves between them. A pure rule: no database, no clock."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for a second person")
    PUBLISHED = "published", _("Published")
    UPDATED = "updated", _("Updated")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
