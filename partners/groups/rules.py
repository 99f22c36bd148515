"""How widely a role may share, and who may do what in a group. Values in, values out."""

from enum import IntEnum

from partners.models import Partner
from partners.roles import Role
from partners.sharing import Participant


class Breadth(IntEnum):
    """How far something goes, from the nearest to the widest."""

    OWN = 0  # the own partner
    GROUPS = 1  # groups that the partner is in
    AREA = 2  # every partner of the network inside the area


# What a role may address by itself. Beyond it, somebody whose role may has to approve.
WIDEST: dict[Role, Breadth] = {
    Role.OWNER: Breadth.AREA,
    Role.ADMINISTRATOR: Breadth.GROUPS,
    Role.APPROVER: Breadth.AREA,
    Role.PUBLISHER: Breadth.GROUPS,
    Role.OPERATOR: Breadth.OWN,
    Role.ANALYST: Breadth.OWN,
    Role.VIEWER: Breadth.OWN,
}

# Warning whoever is near is their duty: here the publisher's ceiling is the whole area.
WARNS_BY_DUTY = frozenset({Partner.Kind.POLICE, Partner.Kind.TRANSIT, Partner.Kind.MUNICIPAL})

_S = Participant.State
# A partner with one of these knows of the group. Whoever declined, left or was removed knows no more of it.
KNOWS = (_S.INVITED, _S.JOINED, _S.SUSPENDED)
IS_IN = (_S.JOINED, _S.SUSPENDED)
# Whoever asks again reaches those who said no; those who were removed only the host can ask again.
ASKED_AGAIN = (_S.DECLINED, _S.LEFT)


def widest(role: Role, kind: str) -> Breadth:
    """The ceiling of a role, for a partner of a kind."""
    if role == Role.PUBLISHER and kind in WARNS_BY_DUTY:
        return Breadth.AREA
    return WIDEST[role]
