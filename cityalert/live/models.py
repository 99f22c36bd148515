"""The feed: what dashboards are shown, in commit order. Written by `feed.append`, read by the hub and on reconnect."""

from django.db import models


class FeedEntry(models.Model):
    """A frozen card. `position` grows in commit order: it is drawn under a lock that is held to commit."""

    position = models.BigIntegerField(primary_key=True)
    cards = models.JSONField(help_text="One card per language: {'en': {...}, 'fr': {...}}")
    appended_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Not replayed after this")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"feed {self.position}"


class FeedListener(models.Model):
    """That a listener ("partner:<uuid>") is to be shown an entry."""

    position = models.BigIntegerField()
    listener = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listener", "position"], name="feed_shown_once")]
        indexes = [models.Index(fields=["position"], name="feed_by_position")]

    def __str__(self) -> str:
        return f"{self.listener} {self.position}"
