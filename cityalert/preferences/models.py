"""The one noun of its own: a code that was sent to a new number or address, to see whose it is."""

from django.conf import settings
from django.db import models

from cityalert.subscriptions.models import ContactPoint


class Verification(models.Model):
    """The latest code that was sent to a contact point, as a hash, and how often it was guessed wrong."""

    point = models.OneToOneField(ContactPoint, on_delete=models.CASCADE, related_name="verification")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"verification of {self.point_id}"
