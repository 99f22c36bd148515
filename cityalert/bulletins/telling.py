"""Telling readers that there is a bulletin, or a correction of one: by the pipeline, as something that can wait."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cityalert.bulletins import queries
from cityalert.bulletins.marking import may_be_told
from cityalert.bulletins.models import Bulletin, Correction
from cityalert.delivery import plain
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp

LASTS = timedelta(days=14)
# Letters of the text that stand in a message; the page has all of it.
TELLS = 400


def key_of(bulletin: Bulletin, correction: Correction | None = None) -> str:
    """Under which it is said, once."""
    return f"bulletin:{bulletin.pk}" + (f":{correction.pk}" if correction else "")


def tell(
    bulletin: Bulletin, partners: Collection[UUID], correction: Correction | None = None, *, at: datetime
) -> None:
    """Tell the people of these partners, in the caller's transaction; or that something of it was put right.

    What is unnamed is the network's word: nobody sees how far it came.
    """
    publisher = queries.publishers([bulletin]).get(bulletin.partner_id) if bulletin.partner_id else ""
    is_whole = may_be_told(Tlp(bulletin.tlp))

    def say() -> plain.Said:
        label = f"TLP:{bulletin.tlp}"
        what = _("Correction of a bulletin") if correction else _("Bulletin")
        by = publisher or _("a partner that is not named")
        # The label in the subject, above and below, as the standard wants it.
        subject = f"[{label}] {what}: {bulletin.title}" if is_whole else f"[{label}] {what}"
        text = Truncator(bulletin.text).chars(TELLS) if is_whole else _("It can be read on the page alone.")
        return plain.Said(
            subject,
            [_("From %(name)s.") % {"name": by}, text, label],
            reverse("bulletins:detail", args=[bulletin.pk]),
        )

    plain.tell(
        key_of(bulletin, correction), f"bulletin:{bulletin.pk}", bulletin.partner_id,
        plain.members_of(partners, at), say, severity=Severity.MINOR, lasts=LASTS, at=at,
    )  # fmt: skip
