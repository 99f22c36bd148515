"""Who has been asked to become a member and has not answered yet. Nobody has the link: it can be sent again."""

from datetime import datetime, timedelta
from secrets import token_hex

from cityalert.accounts.models import Letter
from cityalert.ops.demo.identity import uid
from partners.invitations import GOOD_FOR
from partners.models import Invitation
from partners.roles import Role

# name, language, partner, role, unit, days ago
_INVITED = (
    ("Renata Oliveira", "en", "fd-bia", Role.OPERATOR, "Night desk", 1),
    ("Luc Tremblay", "fr", "fd-bia", Role.VIEWER, "Board", 8),
    ("Hana Suzuki", "en", "fcp", Role.ADMINISTRATOR, "Security office", 2),
)


def insert(*, at: datetime) -> None:
    """Write them, each with a mail that has gone. Those that are there stay as they are."""
    for name, language, partner, role, unit, days in _INVITED:
        key, then = uid("invitation", name), at - timedelta(days=days)
        if Invitation.objects.filter(pk=key).exists():
            continue
        email = f"{name.split()[0].lower()}@cityalert.example"
        letter = Letter.objects.create(
            address=email, language=language, subject="", posted_at=then, sent_at=then, due_at=None
        )
        Invitation.objects.create(
            id=key, partner_id=uid("partner", partner), email=email, name=name, language=language, role=role,
            unit=unit, invited_at=then, expires_at=then + GOOD_FOR, letter=letter,
            token_digest=token_hex(32), is_by_staff=True,
        )  # fmt: skip
