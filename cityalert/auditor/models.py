"""What the auditor found, round by round."""

from django.db import models


class Round(models.Model):
    """One look at all invariants. `broken` names those that did not hold, with examples by name."""

    at = models.DateTimeField(unique=True)
    took_ms = models.PositiveIntegerField()
    broken = models.JSONField(default=dict)
    head_position = models.BigIntegerField(help_text="How far the audit log was followed")
    head_hash = models.CharField(max_length=64)
    pinged_at = models.DateTimeField(null=True, help_text="When somebody outside was told that all is well")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}: {', '.join(self.broken) or 'all holds'}"

    @property
    def is_clean(self) -> bool:
        """Did everything hold?"""
        return not self.broken
