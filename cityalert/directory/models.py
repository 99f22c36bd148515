"""What partners publish about themselves, who looked, and what was suspicious about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.directory.alarms import Kind, Reason
from cityalert.geo.models import Zone as Division
from partners.models import Membership, Partner


class Entry(models.Model):
    """What a partner lets others see. Without one: its name, its kind, its sector and where its sites are."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_listed = models.BooleanField(_("listed"), default=True)
    about = models.CharField(_("about"), max_length=300, blank=True)
    shows_sites = models.BooleanField(_("shows its sites"), default=True)

    def __str__(self) -> str:
        return str(self.pk)


class Contact(models.Model):
    """Whom to ask for, for what: published by a partner. Each number that is shown is one look-up."""

    class Function(models.TextChoices):
        CONTROL = "control", _("Control room")
        SECURITY = "security", _("Security management")
        AFTER_HOURS = "after_hours", _("After hours")
        EVENTS = "events", _("Events")
        FACILITIES = "facilities", _("Building and facilities")
        COMMUNITY = "community", _("Community relations")
        MEDIA = "media", _("Media")
        PRIVACY = "privacy", _("Privacy")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    function = models.CharField(_("function"), max_length=20, choices=Function.choices)
    hours = models.CharField(_("when"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        ordering = ["partner", "position"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "position"], name="directory_contact_order"),
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="directory_contact_reachable"),
        ]

    def __str__(self) -> str:
        return str(self.get_function_display())


class Liaison(models.Model):
    """A police member whom partners of a division may ask."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    zone = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="+")
    phone = models.CharField(_("telephone"), max_length=20)

    class Meta:
        ordering = ["zone", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "zone"], name="directory_liaison_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} ({self.zone})"


class Canary(models.Model):
    """A partner that does not exist, kept by those who run the installation: whoever opens it is not looking for it.

    It is inactive, so that no alert counts it; only the directory shows it, exactly like any other.
    """

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, primary_key=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "canaries"

    def __str__(self) -> str:
        return str(self.pk)


class Lookup(models.Model):
    """One question to the directory. What the budget counts and the alarms look at; forgotten after 30 days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target = models.UUIDField(null=True)
    words = models.CharField(max_length=80, blank=True)
    page = models.PositiveSmallIntegerField(default=1)
    found = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "at"], name="directory_lookup_by_person"),
            models.Index(fields=["partner", "at"], name="directory_lookup_by_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Alarm(models.Model):
    """Somebody looked as nobody looks who needs something. Until it is lifted the directory is closed to them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    raised_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(lifted_at=None), name="directory_one_open_alarm"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
