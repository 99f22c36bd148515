"""Whom a host may let take part: nobody whom it could not name anyway. By the event's area, by group, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import plain
from cityalert.dossiers import queries
from cityalert.dossiers.leave import hosted
from cityalert.dossiers.marking import may_be_told
from cityalert.dossiers.models import Dossier, Guest
from cityalert.lib import days, tenancy
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.groups.queries import addressable
from partners.models import Partner, Site
from partners.sharing import Participant

# A word about it waits for the morning; nobody needs it longer than this.
LASTS = timedelta(days=7)
GUESTS_AT_MOST = 200


@dataclass(frozen=True)
class Choice:
    """Partners that can be let in together: those of the area, of one group, or all that may alert."""

    key: str  # "area", a group's key, or "alerting"
    name: str
    partners: list[tuple[UUID, str]]


def choices(actor: Actor, dossier: Dossier) -> list[Choice]:
    """What the host can choose from, each with its partners by name; without those that take part already."""
    there = set(Guest.objects.filter(dossier=dossier).values_list("partner_id", flat=True))
    found = [
        Choice("area", _("In the area of the event"), _in_area(actor, dossier)),
        *_of_groups(actor),
        Choice("alerting", _("Whoever may alert"), _alerting()),
    ]
    left = [Choice(one.key, one.name, [p for p in one.partners if p[0] not in there]) for one in found]
    return [one for one in left if one.partners]


@transaction.atomic
def invite(actor: Actor, dossier: Dossier, wanted: Iterable[str], *, at: datetime) -> int:
    """Let partners take part, and tell their people. `wanted`: keys of partners, or of choices for all of theirs.

    What cannot be chosen is passed over. Returns how many are new.
    """
    dossier = hosted(actor, dossier)
    asked = set(wanted)
    new = {
        key
        for choice in choices(actor, dossier)
        for key, _name in choice.partners
        if choice.key in asked or str(key) in asked
    }
    room = GUESTS_AT_MOST - Guest.objects.filter(dossier=dossier).count()
    chosen = sorted(new, key=str)[: max(room, 0)]
    Guest.objects.bulk_create(
        Guest(dossier=dossier, partner_id=key, host=actor.partner, since_at=at) for key in chosen
    )
    if chosen:
        _tell(actor, dossier, chosen, at=at)
        record(Verb.DOSSIER_GUESTS, actor, dossier, at=at, joined=[str(key) for key in chosen])
    return len(chosen)


@transaction.atomic
def dismiss(actor: Actor, dossier: Dossier, partner_id: UUID, *, at: datetime) -> None:
    """It takes part no longer, and sees nothing of it any more. What it shared stays. Again changes nothing."""
    dossier = hosted(actor, dossier)
    gone = Guest.objects.filter(dossier=dossier, partner=partner_id).exclude(partner=dossier.partner_id)
    if gone.delete()[0]:
        record(Verb.DOSSIER_GUESTS, actor, dossier, at=at, left=[str(partner_id)])


def _tell(actor: Actor, dossier: Dossier, partners: list[UUID], *, at: datetime) -> None:
    host, is_named = queries.hosts([dossier])[dossier.partner_id], may_be_told(dossier)

    def say() -> plain.Said:
        return plain.Said(
            _("[TLP:%(label)s] %(partner)s shares an event with you: %(title)s")
            % {"label": dossier.tlp, "partner": host, "title": dossier.title if is_named else "–"},
            [days.moment(dossier.begins_at), _("You can read what is planned and add what you know.")],
            reverse("dossiers:detail", args=[dossier.pk]),
        )

    key = f"dossier:{dossier.pk}:{at:%Y%m%d%H%M%S%f}"
    plain.tell(
        key, f"dossier:{dossier.pk}", actor.partner_id, plain.members_of(partners, at), say,
        severity=Severity.MINOR, lasts=LASTS, at=at,
    )  # fmt: skip


def _in_area(actor: Actor, dossier: Dossier) -> list[tuple[UUID, str]]:
    """Who has a site there, for those who may alert there: whoever may not cannot learn who is where."""
    area = Dossier.objects.values_list("area", flat=True).get(pk=dossier.pk)
    if area is None or actor.partner.jurisdiction is None:
        return []
    with tenancy.across("who has a site in the area of an event"):
        sites = Site.objects.filter(archived_at=None, location__intersects=area)
        within = sites.filter(location__intersects=actor.partner.jurisdiction)
        found = Partner.objects.filter(is_active=True, pk__in=within.values("partner")).exclude(
            pk=actor.partner_id
        )
        return list(found.order_by("name").values_list("pk", "name"))


def _of_groups(actor: Actor) -> list[Choice]:
    # Guests see one another: whoever is in a hidden group would be seen there by the others.
    groups = dict(addressable(actor.partner_id).filter(is_hidden=False).values_list("pk", "name"))
    with tenancy.across("who is in the groups that a partner may address"):
        joined = Participant.objects.filter(
            group__in=groups, state=Participant.State.JOINED, partner__is_active=True
        )
        rows = joined.exclude(partner=actor.partner_id).order_by("partner__name")
        found: dict[UUID, list[tuple[UUID, str]]] = {}
        for group, partner, name in rows.values_list("group_id", "partner_id", "partner__name"):
            found.setdefault(group, []).append((partner, name))
    return [Choice(str(key), groups[key], some) for key, some in found.items()]


def _alerting() -> list[tuple[UUID, str]]:
    """Known to everybody on the network."""
    alerting = Partner.objects.filter(is_active=True, jurisdiction__isnull=False)
    return list(alerting.order_by("name").values_list("pk", "name"))
