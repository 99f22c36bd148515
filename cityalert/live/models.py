"""The feed: what dashboards are shown, in commit order. `feed` writes and reads it."""

from django.db import models


class FeedEntry(models.Model):
    """A frozen card. `position` grows in commit order: it is drawn under a lock that is held to commit."""

    position = models.BigAutoField(primary_key=True)
    cards = models.JSONField(help_text="One card per language: {'en': {...}, 'fr': {...}}")
    appended_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Not replayed after this")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"feed {self.position}"


class FeedListener(models.Model):
    """That a listener ("partner:<uuid>") is to be shown an entry."""

    pk = models.CompositePrimaryKey("listener", "position")
    listener = models.CharField(max_length=60)
    position = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["position"], name="feed_by_position")]

    def __str__(self) -> str:
        return f"{self.listener} {self.position}"
