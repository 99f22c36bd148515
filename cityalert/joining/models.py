"""Applications and what is found out about them. An approved one has become a partner; the database checks that.

A trigger (migration 0002) lets no application be approved before every check is there: see `checklist`.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.agreements.models import Agreement
from cityalert.joining.states import State
from cityalert.lib.language import Language
from partners.fields import SkeletonField
from partners.models import Partner


class Application(models.Model):
    """An organisation that wants to join, as it says of itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)

    name = models.CharField(_("organisation"), max_length=160)
    name_skeleton = SkeletonField()
    kind = models.CharField(_("kind"), max_length=20, choices=Partner.Kind.choices)
    address = models.CharField(_("address"), max_length=200)
    website = models.URLField(_("web site"), max_length=200)
    contact_name = models.CharField(_("name"), max_length=120)
    contact_role = models.CharField(_("position"), max_length=120)
    contact_email = models.EmailField(_("e-mail"))
    contact_phone = models.CharField(_("telephone"), max_length=20)
    sponsor_name = models.CharField(_("sponsor"), max_length=160, blank=True)
    why = models.TextField(_("why"), max_length=2000)

    # A hash of what is checked (`facts.fingerprint`): what was found out about something else does not count.
    about = models.CharField(max_length=64)
    # Every number the applicant ever gave, in E.164: none of them is one to call back.
    numbers = ArrayField(models.CharField(max_length=20))

    submitted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Why it was returned or refused, in words for the applicant.
    reason = models.CharField(max_length=300, blank=True)
    partner = models.OneToOneField(Partner, null=True, on_delete=models.PROTECT, related_name="application")

    class Meta:
        ordering = ["submitted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.RECEIVED) | Q(confirmed_at__isnull=False),
                name="application_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.APPROVED, State.REFUSED])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="application_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=State.APPROVED, partner__isnull=False)
                | ~Q(state=State.APPROVED) & Q(partner=None),
                name="application_partner_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.RETURNED, State.REFUSED]) | ~Q(reason=""),
                name="application_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="application_queue"),
            models.Index(fields=["name_skeleton"], name="application_by_name"),
            models.Index(fields=["contact_email"], name="application_by_contact"),
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A link in a mail to the applicant. It opens their application once."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link to {self.application_id}"


class Check(models.Model):
    """Something that somebody of the network found out about an applicant. Written once."""

    append_only = True

    class Kind(models.TextChoices):
        CALL_BACK = "call_back", _("Call-back")
        DOMAIN = "domain", _("Domain")
        DOCUMENT = "document", _("Document")
        EXCEPTION = "exception", _("Exception: no sponsor")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    number = models.CharField(_("number called"), max_length=20, blank=True)
    number_found = models.CharField(_("where the number was found"), max_length=200, blank=True)
    called_at = models.DateTimeField(_("called at"), null=True)
    spoke_with = models.CharField(_("spoke with"), max_length=120, blank=True)
    found = models.CharField(_("what was found"), max_length=500)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="call_back")
                | ~Q(number="") & ~Q(number_found="") & ~Q(spoke_with="") & Q(called_at__isnull=False),
                name="check_call_back_whole",
            ),
            models.CheckConstraint(condition=~Q(found=""), name="check_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.application_id}"


class Sponsorship(models.Model):
    """A partner that was asked whether it knows the applicant, or that brought them; and its answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="sponsorships")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="sponsorships")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_confirmed = models.BooleanField(null=True)
    about = models.CharField(max_length=64, blank=True)
    words = models.CharField(_("how you know them"), max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "partner"], name="sponsorship_asked_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, is_confirmed=None)
                | Q(answered_at__isnull=False, is_confirmed__isnull=False, answered_by__isnull=False)
                & ~Q(words="")
                & ~Q(about=""),
                name="sponsorship_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} for {self.application_id}"


class SignedText(models.Model):
    """An agreement that the applicant has signed. It counts once the applicant is a partner."""

    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="signed_texts")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    about = models.CharField(max_length=64)
    signer_name = models.CharField(max_length=120)
    signer_role = models.CharField(max_length=120)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "agreement", "about"], name="signed_text_once"),
            models.CheckConstraint(
                condition=~Q(signer_name="") & ~Q(signer_role=""), name="signed_text_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} by {self.application_id}"


class Approach(models.Model):
    """An organisation that somebody asked to apply, by a link with the form filled in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("organisation"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=Partner.Kind.choices)
    contact_name = models.CharField(_("name"), max_length=120)
    contact_email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    # The partner that brings them, and is asked to sponsor them once they apply; None: the network asks.
    sponsor = models.ForeignKey(Partner, null=True, on_delete=models.CASCADE, related_name="approaches")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True)
    application = models.OneToOneField(
        Application, null=True, on_delete=models.SET_NULL, related_name="approach"
    )

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
