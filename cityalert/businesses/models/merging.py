"""Businesses written down twice: what became of two that were made one, and which two are two indeed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Merge(models.Model):
    """Two businesses that were made one, with their pictures before and after, so that it can be undone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    kept_id = models.UUIDField(help_text="The business that stayed")
    gone_id = models.UUIDField(help_text="The one that went into it")
    name = models.CharField(max_length=160, help_text="What the one that stayed is called")
    gone_name = models.CharField(max_length=160)
    kept_before = models.JSONField()
    gone_before = models.JSONField()
    after = models.JSONField()
    moved = models.JSONField(help_text="Model → keys of the rows that came along")
    merged_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-merged_at"]
        indexes = [models.Index(fields=["partner", "-merged_at"], name="merge_by_partner")]

    def __str__(self) -> str:
        return self.name


class Distinct(models.Model):
    """Two that look alike, and are two: not suggested again."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    one = models.ForeignKey("businesses.Business", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("businesses.Business", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="distinct_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="distinct_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"
