"""From a document's bytes to its values. Pure: no database, no network, no clock.

Lenient: what can be put right is, with a note; what lacks what CAP requires is Incomplete; what could do harm is
CapRefused (`opening`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree

from cityalert.exchange.cap import values
from cityalert.exchange.cap.document import (
    NAMES,
    NAMESPACE,
    SIGNATURES,
    TABLES,
    Document,
    Element,
    Kind,
    Pair,
)
from cityalert.exchange.cap.notes import Note, Notes
from cityalert.exchange.cap.opening import Incomplete, open_tree

_VERSION = re.compile(r"(?:cap[:/]|CAP[-:/v]*)(1\.[0-2])\b")
# Longer names are no names: they are looked up, and stand in addresses.
LONGEST_NAME = 250
_UNFIT = re.compile(r"[\s,<&]")
# What CAP 1.1 left out and 1.2 asks for.
_FILLED = {"mimeType": "application/octet-stream", "resourceDesc": "–"}
_CHECKS = {Kind.TIME: values.time, Kind.CODE: values.code, Kind.NUMBER: values.number}


class Reading(NamedTuple):
    """A document, and what was put right while it was read."""

    document: Document
    version: str
    notes: list[Note]


def read(raw: bytes) -> Reading:
    """The one alert in these bytes. Raises CapRefused, Incomplete."""
    return read_tree(open_tree(raw))


def read_tree(root: etree._Element) -> Reading:
    """The one alert in this tree: its root, or inside of something else."""
    notes = Notes()
    found = list(alerts_in(root))
    if not found:
        raise Incomplete(Note("not_cap", value=_local(root)[:80]))
    if len(found) > 1:
        raise Incomplete(Note("several"))
    alert = found[0]
    if alert is not root:
        notes.add("wrapped", value=_local(root))
    version = _version(alert, notes)
    reader = _Reader(notes, _space(alert))
    document = reader.group(alert, Document)
    _check_names(document, reader)
    if reader.missing:
        raise Incomplete(*reader.missing, *notes.all())
    _check_references(document, notes)
    return Reading(document, version, notes.all())


def alerts_in(root: etree._Element) -> Iterator[etree._Element]:
    """Every CAP alert in a tree, in whatever version of CAP; an alert without a namespace only as the root."""
    if _local(root).casefold() == "alert":
        yield root
        return
    for one in root.iter():
        if isinstance(one.tag, str) and _local(one) == "alert" and _VERSION.search(_space(one)):
            yield one


@dataclass
class _Reader:
    notes: Notes
    namespace: str

    def __post_init__(self) -> None:
        self.missing: list[Note] = []

    def group(self, parent: etree._Element, kind: type) -> Any:
        """An element with elements of its own, as `kind`."""
        table, name = TABLES[kind], NAMES[kind]
        given = self._given(parent, table, name)
        fields: dict[str, Any] = {}
        for element in table:
            found = [one for one in (self._value(child, element) for child in given[element.name]) if one]
            if element.is_required and not found:
                found = self._without(element, name, is_there=bool(given[element.name]))
            if element.is_many:
                fields[element.field] = tuple(found)
                continue
            if len(found) > 1:
                self.notes.add("repeated", element.name)
            fields[element.field] = found[0] if found else ""
        return kind(**fields)

    def _given(
        self, parent: etree._Element, table: tuple[Element, ...], name: str
    ) -> dict[str, list[etree._Element]]:
        """The children by CAP's names."""
        given: dict[str, list[etree._Element]] = {element.name: [] for element in table}
        order = {element.name: position for position, element in enumerate(table)}
        folded = {element.name.casefold(): element.name for element in table}
        last = -1
        for child in parent.iterchildren(tag=etree.Element):
            local, space = _local(child), _space(child)
            known = folded.get(local.casefold())
            if known is None or (space and space != self.namespace and not _VERSION.search(space)):
                if space != SIGNATURES:
                    self.notes.add("unknown_element", name, local)
                continue
            if known != local:
                self.notes.add("element_case", name, local)
            if order[known] < last:
                self.notes.add("order", name)
            last = max(last, order[known])
            given[known].append(child)
        return given

    def _value(self, child: etree._Element, element: Element) -> Any:
        if element.kind == Kind.GROUP and element.group:
            return self.group(child, element.group)
        if element.kind == Kind.PAIR:
            return self._pair(child, element.name)
        text = self._text(child, element.name)
        if element.kind == Kind.TEXT:
            return text if text.strip() else ""
        text = " ".join(text.split())
        check = _CHECKS.get(element.kind)
        return check(text, element.name, self.notes) if check and text else text

    def _pair(self, child: etree._Element, where: str) -> Pair | None:
        parts = {"valuename": "", "value": ""}
        for one in child.iterchildren(tag=etree.Element):
            key = _local(one).casefold()
            if key in parts:
                parts[key] = self._text(one, where)
            else:
                self.notes.add("unknown_element", where, _local(one))
        if not parts["valuename"].strip():
            if not parts["value"].strip():
                return None
            self.notes.add("bad_pair", where)
        return Pair(parts["valuename"].strip(), parts["value"])

    def _text(self, child: etree._Element, where: str) -> str:
        if len(child):
            self.notes.add("markup", where)
            return "".join(child.itertext())
        return child.text or ""

    def _without(self, element: Element, name: str, *, is_there: bool) -> list[Any]:
        """What CAP requires and is not there: filled if an earlier version did without, else the message waits."""
        where = f"{name}/{element.name}"
        if filled := _FILLED.get(element.name):
            self.notes.add("filled", where, filled)
            return [filled]
        # A code that could not be understood has its own note.
        note = Note("missing", where)
        if note not in self.missing and not (is_there and element.kind == Kind.CODE and self._said(element)):
            self.missing.append(note)
        return []

    def _said(self, element: Element) -> bool:
        said = [n for n in self.notes.all() if n.code == "unknown_code" and n.where == element.name]
        for note in said:
            unusable = Note("unusable", element.name, note.value)
            if unusable not in self.missing:
                self.missing.append(unusable)
        return bool(said)


def _check_names(document: Document, reader: _Reader) -> None:
    for where in ("identifier", "sender"):
        name = getattr(document, where)
        if len(name) > LONGEST_NAME:
            reader.missing.append(Note("unusable", where, f"{name[:40]}…"))
        if _UNFIT.search(name):
            reader.notes.add("bad_name", where)


def _check_references(document: Document, notes: Notes) -> None:
    found, wrong = values.references(document.references)
    for one in wrong:
        notes.add("bad_reference", value=one)
    if any(one[:2] == (document.sender, document.identifier) for one in found):
        notes.add("self_reference")


def _version(alert: etree._Element, notes: Notes) -> str:
    space = _space(alert)
    if space == NAMESPACE:
        return "1.2"
    found = _VERSION.search(space)
    if found:
        notes.add("version", value=found[1])
        return found[1]
    notes.add("no_namespace")
    return ""


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _space(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""
