"""Saving records, one or thousands, in a handful of statements; and the picture of a business that undo restores."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Prefetch, QuerySet

from cityalert.businesses import records
from cityalert.businesses.models import Business, Contact, Function
from cityalert.businesses.records import Record

_FUNCTIONS = tuple(Function.values)
_COLUMNS = tuple((str(field.column), field.attname) for field in Business._meta.concrete_fields)

Picture = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """How a business is to be. `confirmed` says exactly when each contact was confirmed; else it follows by itself."""

    business: Business
    record: Record
    confirmed: Mapping[str, str | None] | None = None


def whole(businesses: QuerySet[Business]) -> QuerySet[Business]:
    """With all that a record is made of."""
    return businesses.prefetch_related(Prefetch("contacts", to_attr=records.CALLED))


def store(wanted: Iterable[Wanted], *, vouched_at: datetime | None, at: datetime) -> list[Picture]:
    """Save them all; returns the picture of each. A contact that stays as it was stays confirmed; another counts as
    confirmed at `vouched_at`."""
    wanted = list(wanted)
    there = _contacts_of([one.business for one in wanted])
    contacts: list[dict[str, Any]] = []
    gone: list[int] = []
    pictures = []
    for one in wanted:
        records.write(one.business, one.record, at=at)
        confirmed: dict[str, str | None] = {}
        for function in _FUNCTIONS:
            old, values = there.get((one.business.pk, function)), records.contact(one.record, function)
            if values is not None:
                confirmed[function] = _confirmed(one, function, values, old, vouched_at)
                contacts.append(
                    {
                        "partner_id": one.business.partner_id, "business_id": one.business.pk, "function": function,
                        "confirmed_at": confirmed[function], **values,
                    }
                )  # fmt: skip
            elif old is not None:
                gone.append(old.pk)
        pictures.append(_picture(one.business, records.whole(one.record), confirmed))
    put(Business, [_row(one.business) for one in wanted], unique=["id"])
    for one in wanted:
        one.business._state.adding = False
        vars(one.business).pop(records.CALLED, None)
    Contact.objects.filter(pk__in=gone).delete()
    put(Contact, contacts, unique=["business_id", "function"])
    return pictures


def put(model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str] = ()) -> None:
    """Write rows, column by column, in one statement; where one of the same `unique` columns is there, change that.

    A statement with a parameter for each value takes many times as long to read as to run.
    """
    if not rows:
        return
    table, columns = model._meta.db_table, list(rows[0])
    names = ", ".join(columns)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in unique)
    clash = f"ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {changes}" if unique else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names}"
            f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) {clash}",
            [json.dumps(rows, default=str)],
        )


def picture(business: Business) -> Picture:
    """All that is kept of a business, as JSON; its contacts should be prefetched."""
    confirmed = {one.function: _iso(one.confirmed_at) for one in records.contacts(business)}
    return _picture(business, records.of(business), confirmed)


def as_pictured(business: Business, picture: Picture) -> Wanted:
    """The business as it was when the picture was taken, to be stored."""
    archived_at = picture["archived_at"]
    business.archived_at = datetime.fromisoformat(archived_at) if archived_at else None
    business.site_id = picture["site"]
    return Wanted(business, picture["record"], picture["confirmed"])


def _picture(business: Business, record: Record, confirmed: Mapping[str, str | None]) -> Picture:
    return {
        "record": record,
        "confirmed": dict(confirmed),
        "archived_at": _iso(business.archived_at),
        "site": str(business.site_id) if business.site_id else None,
    }


def _row(business: Business) -> dict[str, Any]:
    """Its columns, as JSON can say them."""
    row = {name: getattr(business, attribute) for name, attribute in _COLUMNS}
    return row | {"location": business.location and business.location.hexewkb.decode()}


def _contacts_of(businesses: list[Business]) -> dict[tuple[Any, str], Contact]:
    there = [one for one in businesses if not one._state.adding]
    unread = [one.pk for one in there if not hasattr(one, records.CALLED)]
    found = list(Contact.objects.filter(business__in=unread)) if unread else []
    found += (contact for one in there if hasattr(one, records.CALLED) for contact in records.contacts(one))
    return {(contact.business_id, contact.function): contact for contact in found}


def _confirmed(
    wanted: Wanted,
    function: str,
    values: Mapping[str, str],
    old: Contact | None,
    vouched_at: datetime | None,
) -> str | None:
    """When the contact was confirmed, once it is as wanted."""
    if wanted.confirmed is not None:
        return wanted.confirmed.get(function)
    if old is not None and all(getattr(old, name) == value for name, value in values.items()):
        return _iso(old.confirmed_at)
    return _iso(vouched_at)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
