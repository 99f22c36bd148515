"""Whoever answers for a partner hears by mail that it was invited to a group. A chore of the sweep.

Not while inviting: whoever invites into a hidden group must not tell, by how long it took, who was new to it.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.lib.language import Language
from partners.models import Membership
from partners.roles import Role
from partners.sharing import Participant

BATCH = 100


@transaction.atomic
def tell(*, at: datetime) -> int:
    """Write to the owners and administrators of partners that were asked and have not answered. Returns to how many."""
    waiting = list(
        Participant.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("group__host", "invited_by", "partner")
        .filter(to_tell=True)
        .order_by("invited_at")[:BATCH]
    )
    Participant.objects.filter(pk__in=[one.pk for one in waiting]).update(to_tell=False)
    return sum(_write(one, at) for one in waiting if one.state == Participant.State.INVITED)


def _write(one: Participant, at: datetime) -> int:
    link = settings.PUBLIC_URL + reverse("groups:detail", args=[one.group_id])
    deciders = Membership.objects.valid(at).filter(
        partner=one.partner_id, role__in=[Role.OWNER, Role.ADMINISTRATOR]
    )
    people = [membership.user for membership in deciders.select_related("user")]
    for user in people:
        facts = {"invited": one, "group": one.group, "user": user, "link": link}
        letters.post("partners/mail/group", user.email, Language(user.language), facts, at=at)
    return len(people)
