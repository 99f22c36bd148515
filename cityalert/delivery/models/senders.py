"""How those who send are: their pace, how providers do, when the sweep last ran."""

from django.contrib.gis.db import models


class Tempo(models.Model):
    """From when on the sender of a channel may begin more, where so many a second are allowed (`tempo`)."""

    channel = models.CharField(max_length=12, primary_key=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.channel


class Provider(models.Model):
    """How one provider does: what was handed to it since a moment, and whether it rests (`failover`)."""

    name = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    rests_since = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True, help_text="When it gets a few messages again, to see")
    good_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class ProviderMinute(models.Model):
    """What was handed to a provider in one minute, and how it went: for the picture of the last hour."""

    provider = models.CharField(max_length=20)
    minute = models.DateTimeField()
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "minute"], name="provider_minute_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.minute:%H:%M}"


class Heartbeat(models.Model):
    """When a silent process last did its round; its age is shown, and wakes the lifeline."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
