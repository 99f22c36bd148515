"""One record out of two, by a choice for each value both have. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cityalert.businesses import records
from cityalert.businesses.models import Function
from cityalert.businesses.reading import as_list
from cityalert.businesses.records import Field, Record

ONE, OTHER = "one", "other"
# Nobody chooses between these: what either has is kept.
_TOGETHER = ("tags", "languages", "notes")
MOST_OF_NOTES = 2000


@dataclass(frozen=True)
class Value:
    """What both say of one thing: a field, a place, or the whole contact for a function."""

    name: str
    label: str
    fields: tuple[str, ...]
    one: str
    other: str
    chosen: str = ONE

    @property
    def differs(self) -> bool:
        """Is there something to choose?"""
        return bool(self.one and self.other and self.one != self.other)


def values(
    one: Record, other: Record, fields: Mapping[str, Field], *, newer: Iterable[str] = ()
) -> list[Value]:
    """All that either has, in order. `newer` are the functions whose contact the other one knows better."""
    found = []
    for name, label, names in _things(fields):
        texts = [
            " · ".join(fields[part].said(record[part]) for part in names if record.get(part))
            for record in (one, other)
        ]
        if any(texts):
            chosen = OTHER if name in newer or not texts[0] else ONE
            found.append(Value(name, label, names, texts[0], texts[1], chosen))
    return found


def merged(one: Record, other: Record, things: Iterable[Value], choices: Mapping[str, str]) -> Record:
    """The record of the one that stays. `choices` is by name; what is not in it is as suggested."""
    record = dict(one)
    for thing in things:
        chosen = choices.get(thing.name, thing.chosen) if thing.differs else thing.chosen
        record |= {name: (other if chosen == OTHER else one).get(name, "") for name in thing.fields}
    for name in ("tags", "languages"):
        both = {*as_list(one.get(name, "")), *as_list(other.get(name, ""))}
        record[name] = "; ".join(sorted(both))
    notes = dict.fromkeys(filter(None, (one.get("notes", ""), other.get("notes", ""))))
    record["notes"] = "\n\n".join(notes)[:MOST_OF_NOTES]
    return records.tidy(record)


def _things(fields: Mapping[str, Field]) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    for name, field in fields.items():
        if field.group or name in (*_TOGETHER, "lon"):
            continue
        yield name, field.full_label, ("lat", "lon") if name == "lat" else (name,)
    for function in Function:
        parts = tuple(name for name, field in fields.items() if field.group == function)
        yield function.value, str(function.label), parts
