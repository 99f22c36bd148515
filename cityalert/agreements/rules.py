"""What an agreement that is not in force stops: the one place that says so. `queries.check` asks it.

Being warned is never stopped, and neither is correcting or ending an alert that is out.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What an agreement is about."""

    SHARING = "sharing", _("Information sharing")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality")
    CAMERAS = "cameras", _("Camera lending")


class Act(TextChoices):
    """What a partner does that may take an agreement; the words finish "It stops …"."""

    PUBLISH = "publish", _("sending alerts")
    DIRECTORY = "directory", _("looking in the directory")
    GROUP = "group", _("joining a sharing group")
    SPONSOR = "sponsor", _("sponsoring an applicant")
    LEND = "lend", _("lending cameras")


STOPS: dict[Kind, frozenset[Act]] = {
    Kind.SHARING: frozenset({Act.PUBLISH, Act.GROUP, Act.SPONSOR, Act.LEND}),
    Kind.CONFIDENTIALITY: frozenset({Act.DIRECTORY, Act.GROUP}),
    Kind.CAMERAS: frozenset({Act.LEND}),
}

# Whoever joins signs these first.
TO_JOIN = (Kind.SHARING, Kind.CONFIDENTIALITY)

# Days before the end at which owners are reminded.
REMINDERS = (30, 7)


def needed_for(act: Act) -> list[Kind]:
    """The kinds that have to be in force for an act."""
    return [kind for kind, acts in STOPS.items() if act in acts]


def stopped_without(kind: Kind) -> list[Act]:
    """What stops while an agreement of this kind is not in force, in the order of `Act`."""
    return [act for act in Act if act in STOPS[kind]]
