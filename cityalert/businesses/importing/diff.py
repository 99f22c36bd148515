"""What a file would do to the membership: new, changed, the same, missing, refused, row by row. Pure."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.businesses import records
from cityalert.businesses.reading import fold
from cityalert.businesses.records import Field, Record


class Kind(TextChoices):
    """What becomes of a row, or of a business without one."""

    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    MISSING = "missing", gettext_lazy("Missing from the file")
    REFUSED = "refused", gettext_lazy("Refused")
    SAME = "same", gettext_lazy("As it is")


@dataclass(frozen=True)
class Present:
    """A business as it is now."""

    id: UUID
    record: Record
    is_archived: bool = False


@dataclass(frozen=True)
class Line:
    """A row of the file: its number there, and what is written under each heading."""

    number: int
    cells: Mapping[str, str]
    surplus: int = 0


@dataclass(frozen=True)
class Entry:
    """One line of the preview. The `record` of a refused row is as it stands in the file."""

    kind: Kind
    name: str
    number: int = 0
    business_id: UUID | None = None
    record: Record = field(default_factory=dict)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    reasons: dict[str, str | Promise] = field(default_factory=dict)
    restores: bool = False


@dataclass(frozen=True)
class Diff:
    """All of it."""

    entries: list[Entry]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        counted = Counter(entry.kind for entry in self.entries)
        return {kind.value: counted[kind] for kind in Kind}

    def of(self, *kinds: Kind) -> list[Entry]:
        """Those of some kinds."""
        return [entry for entry in self.entries if entry.kind in kinds]

    @property
    def fingerprint(self) -> str:
        """Another as soon as anything else would happen."""
        said = [
            [entry.kind, str(entry.business_id), entry.number, entry.changes, entry.restores]
            for entry in self.entries
        ]
        # The database keeps columns in an order of its own: which comes first says nothing.
        lines = sorted(json.dumps(one, sort_keys=True) for one in said)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def compare(
    lines: Iterable[Line],
    columns: Mapping[str, str],
    fields: Mapping[str, Field],
    present: Sequence[Present],
    *,
    keeps_blank: bool,
) -> Diff:
    """What these lines would do. `columns` says which heading is which field; with `keeps_blank` an empty cell
    leaves what is there."""
    # In the order of the fields: the database keeps columns in one of its own.
    chosen = {name: heading for heading, name in columns.items()}
    used = {chosen[name]: name for name in fields if name in chosen}
    read = [_read(line, used, fields) for line in lines]
    match = _Matching(present, [one.record for one in read])
    entries = [_entry(one, match, keeps_blank=keeps_blank) for one in read]
    missing = [
        Entry(Kind.MISSING, one.record["name"], business_id=one.id)
        for one in present
        if not one.is_archived and one.id not in match.spoken_of
    ]
    return Diff([*entries, *missing])


@dataclass(frozen=True)
class _Read:
    line: Line
    typed: Record
    record: Record
    wrong: dict[str, str | Promise]


def _read(line: Line, used: Mapping[str, str], fields: Mapping[str, Field]) -> _Read:
    typed = {name: line.cells.get(heading, "") for heading, name in used.items()}
    record, wrong = records.clean(fields, typed)
    if line.surplus:
        wrong[""] = _(
            "The row has more cells than there are headings. Is a separator missing its quotation marks?"
        )
    return _Read(line, typed, record, wrong)


def _entry(read: _Read, match: "_Matching", *, keeps_blank: bool) -> Entry:
    line, record, wrong = read.line, read.record, read.wrong
    name = record.get("name") or next(filter(None, line.cells.values()), "")
    found, why = match.find(line.number, record)
    if why:
        wrong[""] = why
    said = {key: value for key, value in record.items() if value or not keeps_blank}
    before = found.record if found else {}
    after = records.tidy({**before, **said})
    wrong = {**records.faults(after), **wrong}
    if wrong:
        whom = found.id if found else None
        return Entry(Kind.REFUSED, name, line.number, whom, reasons=wrong, record=read.typed)
    changes = records.differences(before, after)
    if found is None:
        return Entry(Kind.NEW, name, line.number, record=after, changes=changes)
    kind = Kind.CHANGED if changes or found.is_archived else Kind.SAME
    return Entry(kind, name, line.number, found.id, after, changes, restores=found.is_archived)


class _Matching:
    """Which business a row speaks of: by its number; else by name and address; else by a name that only one has."""

    def __init__(self, present: Sequence[Present], rows: Sequence[Record]) -> None:
        self.spoken_of: dict[UUID, int] = {}
        self._new: dict[tuple[str, ...], int] = {}
        self._by_key = {one.record["key"]: one for one in present if one.record["key"]}
        self._by_place: dict[tuple[str, str], list[Present]] = defaultdict(list)
        self._by_name: dict[str, list[Present]] = defaultdict(list)
        for one in present:
            self._by_place[_place(one.record)].append(one)
            self._by_name[fold(one.record["name"])].append(one)
        self._named = Counter(fold(row.get("name", "")) for row in rows)

    def find(self, number: int, row: Record) -> tuple[Present | None, str]:
        """The business a row is about, or none; and why it cannot be, in a sentence."""
        found, why = self._look(row)
        if why:
            return None, why
        if found is not None:
            first = self.spoken_of.setdefault(found.id, number)
        else:
            same = ("key", row["key"]) if row.get("key") else ("place", *_place(row))
            first = self._new.setdefault(same, number)
        if first != number:
            return found, _("Row %(number)d is about the same business.") % {"number": first}
        return found, ""

    def _look(self, row: Record) -> tuple[Present | None, str]:
        key = row.get("key", "")
        if key in self._by_key and key:
            return self._by_key[key], ""
        name = fold(row.get("name", ""))
        here = _meant(self._by_place[_place(row)], key) if name else []
        if not here and self._named[name] == 1:
            named = _meant(self._by_name[name], key)
            here = named if len(named) == 1 else []
        if len(here) > 1:
            return None, _("Several of your businesses have this name and address. Give each a number.")
        return (here[0] if here else None), ""


def _meant(those: list[Present], key: str) -> list[Present]:
    """One that has a number of its own is not meant by a row with another."""
    return [one for one in those if not (key and one.record["key"])]


def _place(record: Mapping[str, str]) -> tuple[str, str]:
    return fold(record.get("name", "")), fold(record.get("address", ""))
