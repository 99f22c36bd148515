"""What a resident asks for, before they show that the address is theirs. What holds afterwards is `subscriptions`'."""

import uuid

from django.conf import settings
from django.db import models

from cityalert.lib.language import Language
from cityalert.lib.sealed import SealedField
from cityalert.subscriptions.models import Subscriber


class Asking(models.Model):
    """Somebody says that an address is theirs, and what they want to hear there. Kept for a day, true or not.

    Whether anything is known of the address is not looked up: there is nothing that could be told apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=12)
    address = SealedField()
    mark = models.CharField(max_length=43, help_text="Keyed hash of the address, for the budget")
    prefix = models.CharField(
        max_length=43, blank=True, help_text="Keyed hash of a number's first six digits"
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    wish = models.JSONField(help_text="Places, topics, severity; see `wishes`")
    agreed = models.JSONField(help_text="Version and words of what they agreed to; empty: nothing new")
    # Another address of somebody who has shown one already.
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=43, unique=True, help_text="Of the code or the link")
    work = models.CharField(max_length=43, null=True, unique=True, help_text="Each piece of work counts once")
    asked_at = models.DateTimeField(db_index=True)
    was_sent = models.BooleanField(default=False)
    wrong = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"asking {self.pk}"


class Reopening(models.Model):
    """Staff looked at why codes were not typed in, and opened the form for numbers again."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"reopened {self.at:%Y-%m-%d %H:%M}"
