"""A business as one flat record of texts: what the form, the import, the export, undo and merging all speak of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cityalert.businesses import reading, saying
from cityalert.businesses.models import Business, Contact, CustomField, Function
from cityalert.businesses.reading import Unreadable
from cityalert.lib.language import Language

Record = dict[str, str]
CUSTOM = "custom:"
# Where `storing.whole` puts a business's contacts.
CALLED = "called"


@dataclass(frozen=True)
class Field:
    """One value of a record: its name, what people call it, and how it is read. `group` is a function, or empty."""

    name: str
    label: str | Promise
    read: Callable[[str], str]
    group: str = ""
    kind: str = "text"

    @property
    def full_label(self) -> str:
        """The label with its function, for tables: "Owner: telephone"."""
        return f"{Function(self.group).label}: {self.label}" if self.group else str(self.label)

    def said(self, text: str) -> str:
        """A kept value as people read it."""
        return saying.said(self.kind, text)


def _line(most: int) -> Callable[[str], str]:
    return partial(reading.line, most=most)


_OWN = (
    Field("key", _("Number in your lists"), _line(60)),
    Field("name", _("Name"), _line(160)),
    Field("levy_class", _("Levy class"), _line(60)),
    Field("address", _("Address"), _line(200)),
    Field("lat", _("Latitude"), partial(reading.degrees, most=90), kind="number"),
    Field("lon", _("Longitude"), partial(reading.degrees, most=180), kind="number"),
    Field("languages", _("Languages spoken there"), reading.spoken, kind="languages"),
    Field("tags", _("Tags"), reading.tags),
    Field("joined_on", _("Member since"), reading.day, kind="date"),
    Field("renewed_on", _("Last renewed"), reading.day, kind="date"),
    Field("lapses_on", _("Paid until (first day not paid)"), reading.day, kind="date"),
    Field("notes", _("Notes"), partial(reading.block, most=2000), kind="block"),
)
_CALLED = (
    ("name", pgettext_lazy("of a person", "Name"), _line(120), "text"),
    ("phone", _("Telephone"), reading.phone, "tel"),
    ("email", _("E-mail"), reading.email, "email"),
    ("language", _("Language"), reading.spoken_to, "language"),
)
_CONTACTS = tuple(
    Field(f"{function}_{name}", label, read, group=function, kind=kind)
    for function in Function.values
    for name, label, read, kind in _CALLED
)
PLAIN = _OWN + _CONTACTS
# Function → what of its contact → the field.
_NAMED = {function: {what: f"{function}_{what}" for what, *_rest in _CALLED} for function in Function.values}
_SEARCHED = ["name", "key", "address", "tags", "levy_class"] + [
    names[what] for names in _NAMED.values() for what in ("name", "email", "phone")
]
_READ_CUSTOM: dict[str, tuple[Callable[[str], str], str]] = {
    CustomField.Kind.TEXT: (_line(300), "text"),
    CustomField.Kind.NUMBER: (reading.number, "number"),
    CustomField.Kind.DATE: (reading.day, "date"),
    CustomField.Kind.YES_NO: (reading.yes_no, "yes_no"),
}


@cache
def plain() -> dict[str, Field]:
    """Every field that all BIAs have, by name."""
    return {field.name: field for field in PLAIN}


def fields_with(custom: Iterable[CustomField]) -> dict[str, Field]:
    """Every field of a BIA by name, its own last."""
    own = (Field(f"{CUSTOM}{one.key}", one.label, *_custom(one)) for one in custom)
    return plain() | {field.name: field for field in own}


def _custom(one: CustomField) -> Any:
    read, kind = _READ_CUSTOM[one.kind]
    return read, "", kind


def clean(fields: Mapping[str, Field], typed: Mapping[str, str]) -> tuple[Record, dict[str, str | Promise]]:
    """What was typed → the values as they are kept, and a sentence for each that cannot be."""
    kept: Record = {}
    wrong: dict[str, str | Promise] = {}
    for name, text in typed.items():
        try:
            kept[name] = fields[name].read(text)
        except Unreadable as unreadable:
            wrong[name] = unreadable.sentence
    return kept, wrong


def faults(record: Mapping[str, str]) -> dict[str, str | Promise]:
    """What is wrong with a whole record whose values can all be read."""
    wrong: dict[str, str | Promise] = {}
    if not record.get("name"):
        wrong["name"] = _("A business needs a name.")
    if bool(record.get("lat")) != bool(record.get("lon")):
        wrong["lat"] = _("A place needs both a latitude and a longitude, or neither.")
    joined, lapses = record.get("joined_on"), record.get("lapses_on")
    if joined and lapses and lapses <= joined:
        wrong["lapses_on"] = _("The membership would lapse before it begins. Choose a later day.")
    return wrong


def contacts(business: Business) -> Iterable[Contact]:
    """Whom one calls there, as `storing.whole` has read it. Asking each of thousands takes longer than reading all."""
    read = vars(business).get(CALLED)
    return business.contacts.all() if read is None else read


def of(business: Business) -> Record:
    """A business as a record; its contacts should be prefetched."""
    lon, lat = business.location.coords if business.location else (None, None)
    record = {
        "key": business.key,
        "name": business.name,
        "levy_class": business.levy_class,
        "address": business.address,
        "lat": _degrees(lat),
        "lon": _degrees(lon),
        "languages": "; ".join(business.languages),
        "tags": "; ".join(business.tags),
        "joined_on": _iso(business.joined_on),
        "renewed_on": _iso(business.renewed_on),
        "lapses_on": _iso(business.lapses_on),
        "notes": business.notes,
    }
    there = {contact.function: contact for contact in contacts(business)}
    for function, names in _NAMED.items():
        contact = there.get(function)
        for what, name in names.items():
            record[name] = getattr(contact, what) if contact else ""
    return record | {f"{CUSTOM}{key}": value for key, value in business.custom.items() if value}


def write(business: Business, record: Mapping[str, str], *, at: datetime) -> None:
    """Set a business's own values to a record's. Nothing is saved, and contacts are `contacts`' part."""
    for name in ("key", "name", "levy_class", "address", "notes"):
        setattr(business, name, record.get(name, ""))
    for name in ("joined_on", "renewed_on", "lapses_on"):
        setattr(business, name, date.fromisoformat(record[name]) if record.get(name) else None)
    lat, lon = record.get("lat"), record.get("lon")
    business.location = Point(float(lon), float(lat), srid=4326) if lat and lon else None
    business.languages = reading.as_list(record.get("languages", ""))
    business.tags = reading.as_list(record.get("tags", ""))
    business.custom = {
        name.removeprefix(CUSTOM): value
        for name, value in record.items()
        if name.startswith(CUSTOM) and value
    }
    business.search = searched(record)
    business.edited_at = at


def contact(record: Mapping[str, str], function: str) -> dict[str, str] | None:
    """The values of a contact; None where the record names none."""
    values = {what: record.get(name, "") for what, name in _NAMED[function].items()}
    language = values.pop("language")
    return values | {"language": language or Language.EN.value} if any(values.values()) else None


def tidy(record: Mapping[str, str]) -> Record:
    """The record as it is once kept: no language of nobody, English where none is said, no empty own value."""
    tidied = {name: value for name, value in record.items() if value or not name.startswith(CUSTOM)}
    for function in _NAMED:
        found = contact(record, function)
        tidied[f"{function}_language"] = found["language"] if found else ""
    return tidied


def whole(record: Mapping[str, str]) -> Record:
    """A tidy record with every field that all BIAs have, as `of` would read it back."""
    return dict.fromkeys(plain(), "") | dict(record)


def searched(record: Mapping[str, str]) -> str:
    """Everything one may look for, folded."""
    return reading.fold(" ".join(record.get(name, "") for name in _SEARCHED))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Name → (was, is) of what differs."""
    return {
        name: (before.get(name, ""), after.get(name, ""))
        for name in [*after, *(name for name in before if name not in after)]
        if before.get(name, "") != after.get(name, "")
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _degrees(value: float | None) -> str:
    return "" if value is None else reading.degrees(f"{value:.6f}", 180)
