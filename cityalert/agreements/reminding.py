"""Owners hear thirty and seven days before an agreement ends. A daily chore; again changes nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.agreements import rules
from cityalert.agreements.models import Signing
from cityalert.agreements.queries import renewed
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.language import Language
from partners.models import Membership
from partners.roles import Role


def remind(*, at: datetime) -> int:
    """Write to owners whose agreement ends within a mark they were not told of. Returns of how many agreements."""
    return sum(_remind_of(days, at) for days in sorted(rules.REMINDERS))


def _remind_of(days: int, at: datetime) -> int:
    """The nearest mark first: whoever is told that seven days are left need not hear of thirty."""
    ending = Signing.objects.in_force(at).filter(
        Q(reminded_days=None) | Q(reminded_days__gt=days), expires_at__lte=at + timedelta(days=days)
    )
    keys = ending.filter(partner__is_active=True).values_list("pk", flat=True)
    return sum(_remind(key, days, at) for key in keys)


@transaction.atomic
def _remind(key: UUID, days: int, at: datetime) -> bool:
    """One at a time, each with its letters and its entry in the log, in one transaction."""
    held = (
        Signing.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("partner", "agreement")
        .filter(Q(reminded_days=None) | Q(reminded_days__gt=days), pk=key)
        .first()
    )
    if held is None:
        return False
    held.reminded_days = days
    held.save(update_fields=["reminded_days"])
    if renewed(held):
        return False
    owners = (
        Membership.objects.valid(at).filter(partner=held.partner_id, role=Role.OWNER).select_related("user")
    )
    facts = {
        "signing": held,
        "partner": held.partner,
        "link": settings.PUBLIC_URL + reverse("agreements:list"),
    }
    told = 0
    for owner in owners:
        letters.post("agreements/mail/ending", owner.user.email, Language(owner.user.language), facts, at=at)
        told += 1
    record(Verb.AGREEMENT_REMINDED, None, held, at=at, partner=held.partner_id, days=days, owners=told)
    return True
