"""Saving records, one or thousands, in a handful of statements; and the picture of a business that undo restores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from cityalert.businesses import records
from cityalert.businesses.models import Business, Contact, Function
from cityalert.businesses.records import Record

_BUSINESS = [
    "key", "name", "levy_class", "address", "location", "site", "languages", "tags", "joined_on", "renewed_on",
    "lapses_on", "archived_at", "notes", "custom", "search", "edited_at",
]  # fmt: skip
_CONTACT = ["name", "phone", "email", "language", "confirmed_at"]

Picture = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """How a business is to be. `confirmed` says exactly when each contact was confirmed; else it follows by itself."""

    business: Business
    record: Record
    confirmed: Mapping[str, str | None] | None = None


def whole(businesses: QuerySet[Business]) -> QuerySet[Business]:
    """With all that a record is made of."""
    return businesses.prefetch_related("contacts")


def store(wanted: Iterable[Wanted], *, vouched_at: datetime | None, at: datetime) -> None:
    """Save them all. A contact that stays as it was stays confirmed; another counts as confirmed at `vouched_at`."""
    wanted = list(wanted)
    for one in wanted:
        records.write(one.business, one.record, at=at)
    Business.objects.bulk_create(
        [one.business for one in wanted], update_conflicts=True, unique_fields=["id"], update_fields=_BUSINESS,
        batch_size=1000,
    )  # fmt: skip
    there = _contacts_of([one.business for one in wanted])
    kept: list[Contact] = []
    gone: list[int] = []
    for one in wanted:
        for function in Function.values:
            old, values = there.get((one.business.pk, function)), records.contact(one.record, function)
            if values is not None:
                contact = _contact(one, function, values, old, vouched_at)
                if contact is not None:
                    kept.append(contact)
            elif old is not None:
                gone.append(old.pk)
    Contact.objects.filter(pk__in=gone).delete()
    Contact.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=["business", "function"], update_fields=_CONTACT,
        batch_size=1000,
    )  # fmt: skip


def picture(business: Business) -> Picture:
    """All that is kept of a business, as JSON."""
    return {
        "record": records.of(business),
        "confirmed": {
            one.function: one.confirmed_at.isoformat() if one.confirmed_at else None
            for one in business.contacts.all()
        },
        "archived_at": business.archived_at.isoformat() if business.archived_at else None,
        "site": str(business.site_id) if business.site_id else None,
    }


def as_pictured(business: Business, picture: Picture) -> Wanted:
    """The business as it was when the picture was taken, to be stored."""
    archived_at = picture["archived_at"]
    business.archived_at = datetime.fromisoformat(archived_at) if archived_at else None
    business.site_id = picture["site"]
    return Wanted(business, picture["record"], picture["confirmed"])


def _contacts_of(businesses: list[Business]) -> dict[tuple[Any, str], Contact]:
    found = Contact.objects.filter(business__in=[one.pk for one in businesses if not one._state.adding])
    return {(contact.business_id, contact.function): contact for contact in found}


def _contact(
    wanted: Wanted,
    function: str,
    values: Mapping[str, str],
    old: Contact | None,
    vouched_at: datetime | None,
) -> Contact | None:
    """The contact to save; None where nothing about it changes."""
    if wanted.confirmed is not None:
        text = wanted.confirmed.get(function)
        confirmed_at = datetime.fromisoformat(text) if text else None
    elif old is not None and all(getattr(old, name) == value for name, value in values.items()):
        return None
    else:
        confirmed_at = vouched_at
    business = wanted.business
    return Contact(
        partner_id=business.partner_id,
        business=business,
        function=function,
        confirmed_at=confirmed_at,
        **values,
    )
