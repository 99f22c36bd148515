"""Who hears at once that somebody answered: the sender and that somebody's own partner, and nobody else."""

from collections.abc import Iterable
from uuid import UUID

from cityalert.delivery.models import Notice
from cityalert.live.announce import announce
from partners.topics import claim_of


def tell(notice: Notice, partners: Iterable[UUID | None] = ()) -> None:
    """On commit, let the pages of the sender and of these partners look again.

    A page of another recipient that blinked would tell that somebody else was told, and when they answered: members of
    a hidden sharing group were promised that nobody learns of them.
    """
    concerned = {claim_of(partner) for partner in (notice.partner_id, *partners) if partner}
    announce(notice.topic, "reach", only=concerned)
