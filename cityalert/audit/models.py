"""The audit log's one table. Written by `record` and read by `queries` alone; nothing changes it."""

from django.db import models


class Entry(models.Model):
    """One consequential act, chained to the one before by `hash`.

    It holds no foreign keys: what it speaks of may be deleted, the entry stays.
    `append_only` makes the grants give the application's role SELECT and INSERT, nothing more.
    """

    append_only = True

    position = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200, blank=True)
    partner_id = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["object_kind", "object_id", "position"], name="audit_by_object"),
            models.Index(fields=["partner_id", "position"], name="audit_by_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.verb}"
