"""Whom a BIA cannot reach, and why: no number and no address, or each of theirs is stopped or gone. Reads only.

Whether an address still works is known where messages are delivered. The BIA learns it of its own contacts, no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, Exists, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.models import Asking, Contact
from cityalert.lib import tenancy

NOTHING, STOPPED, GONE, RETURNED = (
    _("no number and no address"),
    _("said STOP"),
    _("does not exist any more"),
    _("mail is not taken"),
)
_SAID = "subscriber__contact_points__"


@dataclass(frozen=True)
class Silence:
    """The addresses of a BIA's contacts that lead nowhere (contact → address → why), and who has no other."""

    dead: Mapping[int, Mapping[str, Promise]]
    unreachable: list[int]

    def why(self, contact: Contact | None) -> str:
        """Why somebody cannot be reached, in words; empty if they can."""
        if contact is None:
            return ""
        ways = [one for one in (contact.phone, contact.email) if one]
        if not ways:
            return str(NOTHING)
        dead = self.dead.get(contact.pk, {})
        reasons = dict.fromkeys(str(dead[one]) for one in ways if one in dead)
        return ", ".join(reasons) if all(one in dead for one in ways) else ""

    def somebody(self) -> Combinable:
        """For a query of businesses: is there somebody who can be reached?"""
        there = Contact.objects.filter(business=OuterRef("pk")).exclude(phone="", email="")
        return Exists(there.exclude(pk__in=self.unreachable))


@tenancy.across("whether a BIA's own contacts can still be told")
def silence(partner_id: UUID) -> Silence:
    """Of all contacts of a BIA; one statement."""
    dead: dict[int, dict[str, Promise]] = {}
    unreachable = set()
    for pk, phone, email, address, stopped_at, _gone_at in _ended(partner_id):
        ways = {phone, email} - {""}
        ended = dead.setdefault(pk, {})
        if address is None:
            ended.setdefault(email, RETURNED)
        elif address in ways:
            ended[address] = STOPPED if stopped_at else GONE
        if ways <= ended.keys():
            unreachable.add(pk)
    return Silence(dead, sorted(unreachable))


def _ended(partner_id: UUID) -> Iterable[Any]:
    """Contacts with an address that is stopped or gone, or (None) did not take our mail: a row for each.

    Each is looked for from its own end: both conditions in one would be asked of every contact.
    """
    theirs = Contact.objects.filter(partner=partner_id).order_by()
    ended = Q(**{f"{_SAID}stopped_at__isnull": False}) | Q(**{f"{_SAID}gone_at__isnull": False})
    points = [f"{_SAID}{name}" for name in ("address", "stopped_at", "gone_at")]
    stopped = theirs.filter(ended, subscriber__isnull=False).values_list("pk", "phone", "email", *points)
    failed = Asking.objects.filter(partner=partner_id, letter__failed_at__isnull=False).order_by()
    none = [Cast(Value(None), field) for field in (CharField(), DateTimeField(), DateTimeField())]
    returned = theirs.exclude(email="").filter(email__in=failed.values("email"))
    return stopped.union(returned.values_list("pk", "phone", "email", *none), all=True)
