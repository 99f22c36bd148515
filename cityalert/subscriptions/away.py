"""Members who are away: who stands in, and for how long. Whom an alert then reaches is `alerts.targeting`'s."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.refusals import Refusal
from cityalert.subscriptions.models import Absence
from partners.actor import Actor
from partners.models import Membership
from partners.roles import PERMISSIONS, Role

LONGEST = timedelta(days=366)


class NoTime(Refusal):
    """It ends before it begins, is over, or never ends."""

    code = "no_time"
    status = 422
    sentence = _("Say a time that is still to come, and at most a year long.")


class CannotStandIn(Refusal):
    """Somebody else's colleague, or one who may do less."""

    code = "cannot_stand_in"
    status = 422
    sentence = _("Choose a colleague who may do what you may, and is not away then.")


def stand_ins(actor: Actor, at: datetime) -> QuerySet[Membership]:
    """Colleagues of at least the same rank: they may do whatever the actor may."""
    mine = PERMISSIONS[Role(actor.membership.role)]
    ranks = [role for role in Role if PERMISSIONS[role] >= mine]
    colleagues = Membership.objects.valid(at).filter(partner=actor.partner_id, role__in=ranks)
    return colleagues.exclude(pk=actor.membership.pk).select_related("user").order_by("user__name", "pk")


def absence(actor: Actor, at: datetime) -> Absence | None:
    """The actor's own, now or to come."""
    own = Absence.objects.filter(membership=actor.membership, ends_at__gt=at)
    return own.select_related("stand_in__user").first()


@transaction.atomic
def leave(
    actor: Actor, begins_at: datetime, ends_at: datetime, stand_in_id: int | None, *, at: datetime
) -> Absence:
    """Be away for that time. Raises NoTime, CannotStandIn."""
    if ends_at <= max(begins_at, at) or ends_at > at + LONGEST:
        raise NoTime(field="ends_at")
    if stand_in_id is not None:
        then = Absence.objects.filter(membership=OuterRef("pk"), begins_at__lt=ends_at, ends_at__gt=begins_at)
        if not stand_ins(actor, at).filter(~Exists(then), pk=stand_in_id).exists():
            raise CannotStandIn(field="stand_in")
    made, _is_new = Absence.objects.update_or_create(
        membership=actor.membership,
        defaults={
            "partner": actor.partner, "stand_in_id": stand_in_id, "begins_at": begins_at, "ends_at": ends_at,
        },
    )  # fmt: skip
    record(Verb.MEMBER_AWAY, actor, made, at=at, until=ends_at.isoformat(), stand_in=stand_in_id)
    return made


@transaction.atomic
def come_back(actor: Actor, *, at: datetime) -> None:
    """Be there again, from now on."""
    own = Absence.objects.filter(membership=actor.membership).first()
    if own:
        record(Verb.MEMBER_BACK, actor, own, at=at)
        own.delete()


def without_the_absent(memberships: Collection[int], at: datetime) -> set[int]:
    """Of these memberships, whoever is there at a moment."""
    away = Absence.objects.filter(Q(membership__in=memberships), begins_at__lte=at, ends_at__gt=at)
    return set(memberships) - set(away.values_list("membership_id", flat=True))
