"""An incident, who takes part in it, which alerts belong to it, what happened, and what those who were there say."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Incident(models.Model):
    """One happening, led by one partner. Open until somebody there closes it; it may be opened again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.PROTECT, related_name="incidents", help_text=_("Who leads it")
    )
    title = models.CharField(_("what happened"), max_length=140)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(_("how it ended"), max_length=1000, blank=True)
    feedback_asked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(feedback_asked_at=None) | Q(feedback_asked_at__gte=models.F("opened_at")),
                name="incident_feedback_after_it",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Participation(models.Model):
    """One partner that sees the incident; its lead is one of them."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="participations")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    # The incident's partner once more, so that the database can tell whose row this is without asking further.
    lead = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+", db_index=False)
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "partner"], name="incident_partner_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} in {self.incident_id}"


class Tie(models.Model):
    """One happening's alerts belong to the incident: every version there is or will be."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="ties")
    series = models.UUIDField()
    tied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "series"], name="incident_series_once")]
        indexes = [models.Index(fields=["series"], name="tie_by_series")]

    def __str__(self) -> str:
        return f"{self.series} in {self.incident_id}"


class Moment(models.Model):
    """Something that happened in the incident itself. What happened to its alerts is told by the audit log."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        NOTE = "note", _("Note")
        JOINED = "joined", _("Takes part")
        LEFT = "left", _("Takes part no longer")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Opened again")
        ROOM = "room", _("Room opened")

    append_only = True

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="moments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Task(models.Model):
    """Something to be done, by one of the partners that take part, by a time or not."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(_("what is to be done"), max_length=140)
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.PROTECT, related_name="+", help_text=_("Who does it")
    )
    due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["done_at", "due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title


class InTime(models.TextChoices):
    """Answers to the first question."""

    YES = "yes", _("In time")
    LATE = "late", _("Late, but of use")
    TOO_LATE = "too_late", _("Too late")


class Clear(models.TextChoices):
    """Answers to the second."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("In part")
    NO = "no", _("No")


class Concerned(models.TextChoices):
    """Answers to the third."""

    YES = "yes", _("Yes")
    NEARBY = "nearby", _("Only nearby")
    NO = "no", _("No")


class Feedback(models.Model):
    """Three questions to one person who acknowledged, asked once and answered once."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="feedback")
    lead = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+", db_index=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    in_time = models.CharField(
        _("Did the alert reach you in time?"), max_length=10, choices=InTime, blank=True
    )
    clear = models.CharField(_("Was it clear what to do?"), max_length=10, choices=Clear, blank=True)
    concerned = models.CharField(
        _("Did it concern your place?"), max_length=10, choices=Concerned, blank=True
    )
    remark = models.CharField(_("What should be done differently?"), max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "user"], name="feedback_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, in_time="", clear="", concerned="", remark="")
                | Q(answered_at__isnull=False) & ~Q(in_time="") & ~Q(clear="") & ~Q(concerned=""),
                name="feedback_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"
