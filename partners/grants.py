"""Making guardian's rows say what roles say. Its only writer; called by `actions` and by loading."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Permission as AuthPermission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cityalert.lib import clock
from partners.models import Membership, Partner, PartnerUserPermission
from partners.roles import PERMISSIONS, Permission, Role

# (person, partner, auth permission)
Grant = tuple[int, UUID, int]


def apply_role(membership: Membership, *, at: datetime | None = None) -> None:
    """Grant what the membership's role may do, and nothing else; nothing when it is suspended or over."""
    apply_roles(Membership.objects.filter(pk=membership.pk), at=at)


@transaction.atomic
def apply_roles(memberships: QuerySet[Membership], *, at: datetime | None = None) -> None:
    """The same for many, in a handful of statements whatever their number."""
    at = at or clock.now()
    pairs = set(memberships.values_list("user_id", "partner_id"))
    # One that has yet to begin has its grants already: until then `actor_for` finds no actor.
    lasting = memberships.filter(Q(valid_until=None) | Q(valid_until__gt=at), is_active=True)
    wanted = _wanted(lasting.values_list("user_id", "partner_id", "role"))
    held = {
        (row.user_id, row.content_object_id, row.permission_id): row.pk
        for row in PartnerUserPermission.objects.filter(user__memberships__in=memberships)
        if (row.user_id, row.content_object_id) in pairs
    }
    _revoke(pk for grant, pk in held.items() if grant not in wanted)
    _grant(wanted - held.keys())


def revoke_all(user_id: int, partner_id: UUID) -> None:
    """Take away everything a person may do for a partner."""
    PartnerUserPermission.objects.filter(user_id=user_id, content_object_id=partner_id).delete()


def forget(*, at: datetime) -> None:
    """Take away what was granted for memberships that have run out: nobody asks for it any more."""
    lasting = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at),
        user=OuterRef("user"),
        partner=OuterRef("content_object"),
        is_active=True,
    )
    PartnerUserPermission.objects.filter(~Exists(lasting)).delete()


def _wanted(memberships: Iterable[tuple[int, UUID, str]]) -> set[Grant]:
    ids = _permission_ids()
    return {
        (user_id, partner_id, ids[permission])
        for user_id, partner_id, role in memberships
        for permission in PERMISSIONS[Role(role)]
    }


def _permission_ids() -> dict[str, int]:
    kind = ContentType.objects.get_for_model(Partner)
    rows = AuthPermission.objects.filter(content_type=kind, codename__in=Permission.values)
    return dict(rows.values_list("codename", "pk"))


def _grant(grants: Iterable[Grant]) -> None:
    PartnerUserPermission.objects.bulk_create(
        [
            PartnerUserPermission(user_id=user_id, content_object_id=partner_id, permission_id=permission_id)
            for user_id, partner_id, permission_id in sorted(grants, key=str)
        ],
        batch_size=2_000,
        ignore_conflicts=True,
    )


def _revoke(pks: Iterable[int]) -> None:
    PartnerUserPermission.objects.filter(pk__in=list(pks)).delete()
