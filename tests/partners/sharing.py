"""How tests make a sharing group, with everybody in it who is named."""

from typing import Any

from partners.models import Partner
from partners.sharing import Participant, SharingGroup
from tests.cast import JOINED_AT


def group(name: str, host: Partner, *others: Partner, **more: Any) -> SharingGroup:
    """A group that these partners have joined; `more` is the group's own."""
    made = SharingGroup.objects.create(name=name, host=host, **more)
    for partner in (host, *others):
        place(made, partner)
    return made


def place(group: SharingGroup, partner: Partner, state: str = "joined", **more: Any) -> Participant:
    """One partner's place in a group."""
    at = None if state == "invited" else JOINED_AT
    return Participant.objects.create(
        group=group, partner=partner, host=group.host, state=state, invited_at=JOINED_AT, invited_by=group.host,
        answered_at=at, **more,
    )  # fmt: skip
