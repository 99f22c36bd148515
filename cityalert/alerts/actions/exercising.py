"""An exercise planned beforehand: sent at its time, ended when somebody stops it. What is real never passes here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.gis.db.models import Collect
from django.contrib.gis.geos import MultiPolygon
from django.db import transaction

from cityalert.alerts import content
from cityalert.alerts.actions.correcting import draft_correction
from cityalert.alerts.actions.leave import MayNot, hold
from cityalert.alerts.actions.releasing import release
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import (
    Category,
    Certainty,
    Ending,
    MsgType,
    ResponseType,
    Status,
    Urgency,
)  # fmt: skip
from cityalert.geo import shapes
from cityalert.lib import tenancy
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.models import Site
from partners.roles import Permission

# About a block, in degrees: around the places of those who take part.
_AROUND = 0.002


@dataclass(frozen=True)
class Exercise:
    """What is said, to whom, for how long. `words` is {"en": {"headline", "instruction", "description"}, "fr": …}.

    `template` is what they were taken from, `blanks` what was filled in.
    """

    name: str
    status: Status
    words: dict[str, dict[str, str]]
    severity: Severity
    lasts: timedelta
    invited_partners: list[UUID] = field(default_factory=list)
    invited_members: list[int] = field(default_factory=list)
    template: Template | None = None
    blanks: dict[str, dict[str, str]] = field(default_factory=dict)


def may_exercise(actor: Actor) -> bool:
    """Publishers and those who manage their partner hold drills."""
    return actor.may(Permission.PUBLISH) or actor.may(Permission.MANAGE)


@transaction.atomic
def send_exercise(actor: Actor, exercise: Exercise, *, at: datetime) -> Alert:
    """Write and publish it in one. Raises what publishing raises, and MayNot."""
    if not may_exercise(actor) or exercise.status == Status.ACTUAL:
        raise MayNot
    alert = Alert(
        partner=actor.partner, status=exercise.status, exercise_note=exercise.name, severity=exercise.severity,
        event="testMessage", category=Category.OTHER, response_type=ResponseType.NONE, urgency=Urgency.IMMEDIATE,
        certainty=Certainty.OBSERVED, area_desc=settings.CITY_NAME, asks_response=False,
        invited_partners=exercise.invited_partners, invited_members=exercise.invited_members,
        template=exercise.template, blanks=exercise.blanks,
        expires_at=at + exercise.lasts, created_by=actor.user, created_at=at, edited_by=actor.user, edited_at=at,
    )  # fmt: skip
    alert.area = _place(alert)
    alert.save(force_insert=True)
    for language in Language.values:
        said = exercise.words.get(language, {})
        Info.objects.create(
            alert=alert, language=language, **{name: said.get(name, "") for name in content.WORDS}
        )
    return release(actor, alert, at=at)


@transaction.atomic
def end_exercise(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """Stop it now: whoever heard it hears that it is over."""
    if not may_exercise(actor) or alert.partner_id != actor.partner_id or alert.status == Status.ACTUAL:
        raise MayNot
    ending = draft_correction(actor, hold(alert), MsgType.CANCEL, Ending.CANCEL, at=at)
    return release(actor, ending, at=at)


@tenancy.across("where those who take part are")
def _place(alert: Alert) -> MultiPolygon | None:
    """Around the places of those who take part, inside where the author may alert, if anywhere: for the map."""
    own, there = alert.partner.jurisdiction, [*alert.invited_partners, alert.partner_id]
    sites = Site.objects.filter(partner__in=there, archived_at=None).aggregate(all=Collect("location"))["all"]
    if sites is None:
        return own
    around = sites.convex_hull.buffer(_AROUND)
    if own is None:
        return shapes.polygons_of(around)
    inside = shapes.polygons_of(around.intersection(own))
    return own if inside.empty else inside
