"""A file on its way into the membership: staged, applied, and how it was before, so that it can be undone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """A file somebody brought. Its rows are kept until it is applied, given up or forgotten."""

    class State(models.TextChoices):
        STAGED = "staged", _("Waiting")
        APPLIED = "applied", _("Imported")
        UNDONE = "undone", _("Undone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.STAGED)
    header = models.JSONField(help_text="The headings, in order")
    rows = models.JSONField(help_text="[number, cells, surplus], empty once it is applied")
    columns = models.JSONField(default=dict, help_text="Heading → field, as far as it is chosen")
    keeps_blank = models.BooleanField(default=False)
    archives_missing = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    staged_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="When a file nobody applied is forgotten")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-staged_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state="staged") | Q(rows=[]), name="import_keeps_no_rows"),
            models.CheckConstraint(
                condition=Q(state="staged") | Q(applied_at__isnull=False), name="import_applied"
            ),
        ]
        indexes = [models.Index(fields=["partner", "-staged_at"], name="import_by_partner")]

    def __str__(self) -> str:
        return self.file_name


class Change(models.Model):
    """What an import did to a business: its pictures before (none for a new one) and after."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes")
    business_id = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "business_id"], name="change_once"),
        ]

    def __str__(self) -> str:
        return str(self.business_id)


class Columns(models.Model):
    """Which heading a BIA uses for what, remembered from its last file."""

    partner = models.OneToOneField("partners.Partner", on_delete=models.CASCADE, related_name="+")
    remembered = models.JSONField(default=dict, help_text="Folded heading → field, or empty")

    def __str__(self) -> str:
        return str(self.partner_id)
