"""Which rules of the Canadian profile (CAP-CP 0.4) a document breaks, if the profile concerns it."""

import re
from collections.abc import Iterator

from cityalert.exchange.cap import values
from cityalert.exchange.cap.document import Document, Info
from cityalert.exchange.cap.notes import Note, Notes

PROFILE = "profile:CAP-CP:"
EVENT, LOCATION = f"{PROFILE}Event:", f"{PROFILE}Location:"
MINOR_CHANGE, TRANSLATED = re.compile(r"profile:CAP-CP:[\d.]+:MinorChange"), re.compile(
    r"profile:CAP-CP:[\d.]+:AutoTranslated"
)  # fmt: skip
MINOR = frozenset({"none", "text", "correction", "resource", "layer", "other"})
_EVENT_CODE = re.compile(r"\S{4,12}")
# Said once for all languages: not words, but values.
_SAME = (
    ("category", "categories"), ("responseType", "response_types"), ("urgency", "urgency"),
    ("severity", "severity"), ("certainty", "certainty"),
)  # fmt: skip


def concerns(document: Document) -> bool:
    """Does it say that it follows CAP-CP, or does it come from Canada?"""
    says = any(code.startswith(PROFILE) for code in document.codes)
    return says or any(
        info.language.casefold().endswith("-ca")
        or any(pair.name.startswith(PROFILE) for area in info.areas for pair in area.geocodes)
        for info in document.infos
    )


def broken(document: Document) -> list[Note]:
    """The rules it breaks, each once; none for what the profile does not concern."""
    if not concerns(document):
        return []
    notes = Notes()
    for note in (*_of_the_message(document), *(n for info in document.infos for n in _of(info, document))):
        notes.add(note.code, note.where, note.value)
    return notes.all()


def _of_the_message(document: Document) -> Iterator[Note]:
    changes = document.msg_type in ("Update", "Cancel")
    if not any(code.startswith(PROFILE) for code in document.codes):
        yield Note("cp_code")
    if not document.infos and (changes or document.msg_type == "Alert"):
        yield Note("cp_no_info")
    if changes and not values.references(document.references)[0]:
        yield Note("cp_references")
    if len({_codes(info) for info in document.infos}) > 1:
        yield Note("cp_events")
    for where, field in _SAME:
        if len({getattr(info, field) for info in document.infos}) > 1 and _is_translation(document):
            yield Note("cp_values", where)


def _of(info: Info, document: Document) -> Iterator[Note]:
    codes = _codes(info)
    if not codes or not all(_EVENT_CODE.fullmatch(code) for code in codes):
        yield Note("cp_event")
    for area in info.areas:
        if not any(pair.name.startswith(LOCATION) for pair in area.geocodes):
            yield Note("cp_location", value=area.desc)
    for code, said in (
        ("cp_language", info.language),
        ("cp_expires", info.expires),
        ("cp_sender_name", info.sender_name),
        ("cp_response", info.response_types),
    ):
        if not said:
            yield Note(code)
    yield from _of_parameters(info, document)


def _of_parameters(info: Info, document: Document) -> Iterator[Note]:
    minor = [pair.value.casefold() for pair in info.parameters if MINOR_CHANGE.fullmatch(pair.name)]
    if minor and (document.msg_type != "Update" or not MINOR.issuperset(minor)):
        yield Note("cp_minor_change")
    translated = [pair.value.casefold() for pair in info.parameters if TRANSLATED.fullmatch(pair.name)]
    if translated and translated not in (["yes"], ["no"]):
        yield Note("cp_translated")


def _codes(info: Info) -> tuple[str, ...]:
    return tuple(pair.value for pair in info.event_codes if pair.name.startswith(EVENT))


def _is_translation(document: Document) -> bool:
    """One info for each language: with more, blocks differ in what they say and not only in how."""
    languages = [info.language for info in document.infos]
    return len(languages) == len(set(languages))
