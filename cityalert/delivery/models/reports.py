"""What people said back: words, a place, a photo."""

from django.contrib.gis.db import models

from cityalert.delivery.models.messages import Notice, Recipient
from cityalert.delivery.response import Response


class Report(models.Model):
    """What a recipient said back: a response, words, a place. Only ever added to: the latest response counts."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="reports", db_index=False)
    # The notice's partner and the recipient's, as in Recipient.
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    partner = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    via = models.CharField(max_length=12, help_text="The channel it came by")
    said_at = models.DateTimeField()
    response = models.CharField(max_length=12, choices=Response.choices, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    place = models.PointField(srid=4326, null=True)
    place_words = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["notice", "said_at"], name="report_by_notice")]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Photo(models.Model):
    """The picture of a report, drawn anew by us: nothing is left of the file that came."""

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.CASCADE, related_name="photo")
    jpeg = models.BinaryField()

    def __str__(self) -> str:
        return f"photo of report {self.pk}"
