"""The kinds of parts that a dossier is made of, and what each of them holds. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """In the order of the page."""

    PHASE = "phase", _("Phases")
    RISK = "risk", _("Risks")
    INTELLIGENCE = "intelligence", _("Intelligence")
    CONTACT = "contact", _("Contacts by function")
    DOCUMENT = "document", _("Plans and documents")
    TASK = "task", _("Checklist")
    POST = "post", _("Posts on the day")
    DEBRIEF = "debrief", _("Debrief")


# What one of them is called, on the page where it is written.
ONE = {
    Kind.PHASE: _("A phase"),
    Kind.RISK: _("A risk"),
    Kind.INTELLIGENCE: _("A piece of intelligence"),
    Kind.CONTACT: _("A contact"),
    Kind.DOCUMENT: _("A plan or document"),
    Kind.TASK: _("Something to be done"),
    Kind.POST: _("A post"),
    Kind.DEBRIEF: _("For the debrief"),
}

# Beside its title, its text, its label and whether it is shared.
HOLDS: dict[Kind, tuple[str, ...]] = {
    Kind.PHASE: ("begins_at", "ends_at"),
    Kind.RISK: ("reliability", "credibility", "source"),
    Kind.INTELLIGENCE: ("reliability", "credibility", "source"),
    Kind.CONTACT: ("phone", "email", "person"),
    Kind.DOCUMENT: ("file",),
    Kind.TASK: (),
    Kind.POST: ("place",),
    Kind.DEBRIEF: (),
}

# Of which somebody says that it is so: done, manned.
TICKED = frozenset({Kind.TASK, Kind.POST})
GRADED = frozenset({Kind.RISK, Kind.INTELLIGENCE})
