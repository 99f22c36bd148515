"""Reads: the queue and one application for staff; for a partner only what it was asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cityalert.audit import queries as audit
from cityalert.joining.actions.links import digest
from cityalert.joining.models import Application, Approach, Sponsorship
from cityalert.joining.states import OPEN, State
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Partner
from partners.queries import alike as alike_names
from partners.roles import Permission


def queue() -> QuerySet[Application]:
    """What waits for staff, the oldest first, then what waits for the applicant. Unconfirmed ones are not there yet."""
    return Application.objects.filter(state__in=OPEN).order_by("-state", "submitted_at")


def decided() -> QuerySet[Application]:
    """What was decided, the latest first."""
    return (
        Application.objects.filter(state__in=[State.APPROVED, State.REFUSED])
        .select_related("decided_by", "partner")
        .order_by("-decided_at")
    )


def get(application_id: UUID) -> Application:
    """One application, for staff. Raises NotThere, also while its address is not confirmed."""
    application = (
        Application.objects.exclude(state=State.RECEIVED)
        .select_related("decided_by", "partner")
        .filter(pk=application_id)
        .first()
    )
    if application is None:
        raise NotThere
    return application


def alike(application: Application) -> tuple[list[Partner], list[Application]]:
    """Partners, and others who apply, whose name could be taken for this one."""
    partners = Partner.objects.filter(pk__in=alike_names(application.name))
    if application.partner_id:
        partners = partners.exclude(pk=application.partner_id)
    others = Application.objects.filter(name_skeleton=application.name_skeleton, state__in=OPEN)
    return list(partners), list(others.exclude(pk=application.pk))


def possible_sponsors(words: str) -> QuerySet[Partner]:
    """Active partners with these words in their name, for staff."""
    return Partner.objects.filter(is_active=True, name__icontains=words.strip()).order_by("name")


def history(application: Application) -> list[Any]:
    """What was done, oldest first."""
    return list(audit.timeline(application))


def invitation(token: str, *, at: datetime) -> Approach:
    """What a link to the filled-in form stands for. Used, run out, unknown: NotThere, all the same."""
    found = (
        Approach.objects.select_related("sponsor")
        .filter(digest=digest(token), application=None, expires_at__gt=at)
        .first()
    )
    if found is None:
        raise NotThere
    return found


def asked_of(actor: Actor) -> QuerySet[Sponsorship]:
    """What the actor's partner was asked to vouch for, what is open first. Nothing for who may not answer."""
    if not actor.may(Permission.MANAGE):
        raise NotThere
    return (
        Sponsorship.objects.filter(partner=actor.partner_id)
        .select_related("application", "answered_by")
        .order_by("-answered_at", "asked_at")
    )


def get_asked(actor: Actor, sponsorship_id: UUID) -> Sponsorship:
    """One of these. Raises NotThere."""
    found = asked_of(actor).filter(pk=sponsorship_id).first()
    if found is None:
        raise NotThere
    return found


def approaches_of(actor: Actor) -> QuerySet[Approach]:
    """Whom the actor's partner has invited to apply, and whether they did."""
    if not actor.may(Permission.MANAGE):
        raise NotThere
    return Approach.objects.filter(sponsor=actor.partner_id).select_related("application")


def partners() -> QuerySet[Partner]:
    """Every partner with its number of members, for staff; those suspended first."""
    members = Count("memberships", filter=Q(memberships__is_active=True))
    return Partner.objects.defer("jurisdiction").annotate(member_count=members).order_by("is_active", "name")


def get_partner(partner_id: UUID) -> Partner:
    """One of these. Raises NotThere."""
    found = partners().filter(pk=partner_id).first()
    if found is None:
        raise NotThere
    return found
