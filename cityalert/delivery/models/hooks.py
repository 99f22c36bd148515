"""Where partners' programs are told."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q

from cityalert.lib.sealed import SealedField
from cityalert.lib.severity import Severity


class Hook(models.Model):
    """Where a program of a partner's is told what its screens are shown, signed with a secret it has."""

    # What stands before its key, where deliveries have an address.
    ADDRESS = "hook:"

    key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text="In its pages' addresses"
    )
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    address = SealedField(
        editable=False, help_text="Of its deliveries: what is sealed is compared with what is"
    )
    url = SealedField(help_text="May hold a token of the receiver's")
    secret = SealedField()
    old_secret = SealedField(blank=True, default="")
    old_until = models.DateTimeField(null=True)
    min_severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.UNKNOWN)
    exercises = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    failing_since = models.DateTimeField(null=True, help_text="Since when nothing was taken there")
    failures = models.PositiveIntegerField(default=0, help_text="Tries since then")
    disabled_at = models.DateTimeField(null=True, help_text="Switched off, by a person or after long failure")

    class Meta:
        indexes = [models.Index(fields=["partner"], name="hook_on", condition=Q(disabled_at=None))]

    def __str__(self) -> str:
        return f"hook {self.pk}"

    @property
    def host(self) -> str:
        """By what it is told from the others; the rest of its address may be a secret."""
        return str(urlsplit(self.url).netloc)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the address that follows from the key."""
        self.address = f"{self.ADDRESS}{self.key}"
        super().save(*args, **kwargs)
