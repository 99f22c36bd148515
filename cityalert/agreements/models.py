"""Published texts, and who signed which. What follows from a signature is in `rules`."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from cityalert.agreements import wording
from cityalert.agreements.rules import Kind
from partners.models import Partner

models.CharField.register_lookup(Length)


class Agreement(models.Model):
    """One version of one kind's text. Published once, and never changed: another text is another version."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    text_en = models.TextField(_("English text"))
    text_fr = models.TextField(_("French text"))
    sha256 = models.CharField(max_length=64)
    valid_months = models.PositiveSmallIntegerField(_("months a signature is valid"))
    required_from = models.DateTimeField(_("required from"))
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="agreement_version_once"),
            models.CheckConstraint(
                condition=~Q(text_en="") & ~Q(text_fr=""), name="agreement_both_languages"
            ),
            models.CheckConstraint(condition=Q(valid_months__range=(1, 120)), name="agreement_months"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def whole(self) -> str:
        """The text that is signed, of which `sha256` is the hash."""
        return wording.whole(self.text_en, self.text_fr)


class SigningQuerySet(models.QuerySet["Signing"]):
    """Signatures, asked whether they count."""

    def in_force(self, at: datetime) -> "SigningQuerySet":
        """Signed by both sides, and not over."""
        return self.filter(countersigned_at__lte=at, expires_at__gt=at)

    def waiting(self) -> "SigningQuerySet":
        """Signed by the partner, not yet by the network."""
        return self.filter(countersigned_at=None)


class Signing(models.Model):
    """A partner's signature under one text, and the network's beside it: in force once there are both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signings")
    # The agreement's own, so that a partner can have only one of a kind waiting.
    kind = models.CharField(max_length=20, choices=Kind.choices)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="signings")
    sha256 = models.CharField(max_length=64)

    signed_at = models.DateTimeField()
    # None for whoever signed while applying: they had no account yet.
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signer_name = models.CharField(_("name"), max_length=120)
    signer_role = models.CharField(_("position"), max_length=120)

    countersigned_at = models.DateTimeField(null=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    countersigner_name = models.CharField(max_length=120, blank=True)
    countersigner_role = models.CharField(max_length=120, blank=True)
    expires_at = models.DateTimeField(null=True)

    # The last reminder of its end that was sent, by its days; see rules.REMINDERS.
    reminded_days = models.PositiveSmallIntegerField(null=True)

    objects = SigningQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kind"], condition=Q(countersigned_at=None), name="signing_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(countersigned_at=None, expires_at=None, countersigner_name="")
                | Q(countersigned_at__gte=F("signed_at"), expires_at__gt=F("countersigned_at"))
                & ~Q(countersigner_name="")
                & ~Q(countersigner_role=""),
                name="signing_both_sides",
            ),
            models.CheckConstraint(
                condition=~Q(signer_name="") & ~Q(signer_role="") & Q(sha256__length=64), name="signing_named"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="signing_by_end")]

    def __str__(self) -> str:
        return f"{self.agreement} ({self.partner})"
