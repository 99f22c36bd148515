"""Businesses, who is called there, who sits on the board, and what else a BIA writes down of each."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from cityalert.lib.language import Language


class Function(models.TextChoices):
    """What somebody is called for."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    AFTER_HOURS = "after_hours", _("After hours")
    SECURITY = "security", _("Security")


class Business(models.Model):
    """A member business of a BIA."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="businesses")
    key = models.CharField(max_length=60, blank=True, help_text="What the BIA's own lists call it")
    name = models.CharField(max_length=160)
    levy_class = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    location = models.PointField(srid=4326, null=True)
    site = models.ForeignKey("partners.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    languages = ArrayField(models.CharField(max_length=8), default=list)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    joined_on = models.DateField(null=True)
    renewed_on = models.DateField(null=True)
    lapses_on = models.DateField(null=True, help_text="The first day that is not paid for")
    archived_at = models.DateTimeField(null=True)
    notes = models.TextField(max_length=2000, blank=True)
    custom = models.JSONField(default=dict, help_text="Values of the BIA's own fields, as text, by their key")
    search = models.TextField(help_text="What is searched, folded: see records.searched")
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "key"], condition=~Q(key=""), name="business_key_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="business_named"),
        ]
        indexes = [
            models.Index(fields=["partner", "name", "id"], name="business_by_name"),
            models.Index(fields=["partner", "lapses_on"], name="business_by_lapse"),
            GinIndex(OpClass("name", "gin_trgm_ops"), name="business_name_alike"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Who is called at a business for one function."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="contacts")
    function = models.CharField(max_length=12, choices=Function.choices)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164")
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    confirmed_at = models.DateTimeField(null=True, help_text="When somebody last said that this is right")
    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["business", "function"]
        constraints = [
            models.UniqueConstraint(fields=["business", "function"], name="contact_function_once"),
            models.CheckConstraint(condition=~Q(name="", phone="", email=""), name="contact_says_something"),
        ]
        indexes = [models.Index(fields=["partner", "function"], name="contact_by_function")]

    def __str__(self) -> str:
        return f"{self.name or self.phone or self.email} ({self.get_function_display()})"

    @property
    def is_reachable(self) -> bool:
        """Is there a number or an address at all?"""
        return bool(self.phone or self.email)


class CustomField(models.Model):
    """Something else a BIA writes down of every business."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TEXT)

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "key"], name="custom_field_key_once"),
            models.UniqueConstraint(Upper("label"), F("partner"), name="custom_field_label_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Seat(models.Model):
    """A role on the board or a committee, held by a business (its contact for a function) or by somebody else."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    body = models.CharField(max_length=80, help_text="Board, or the name of a committee")
    role = models.CharField(max_length=80)
    business = models.ForeignKey(
        Business, null=True, blank=True, on_delete=models.CASCADE, related_name="seats"
    )
    function = models.CharField(max_length=12, choices=Function.choices, default=Function.OWNER)
    name = models.CharField(max_length=120, blank=True, help_text="Who holds it, where it is no contact")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day it is not held any more")

    class Meta:
        ordering = ["body", "starts_on", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(business__isnull=False) | ~Q(name=""), name="seat_is_somebodys"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="seat_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.body}"
