"""What a document says, as our alerts say it: the words in one of our languages, the codes in our lists. Pure."""

from collections.abc import Iterable
from typing import Any

from cityalert.alerts.content import longest
from cityalert.alerts.vocabulary import EVENTS, Category, Certainty, ResponseType, Urgency
from cityalert.exchange.cap import profile
from cityalert.exchange.cap.document import Document, Info
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity

# No language means American English to CAP.
_SILENT = "en-US"


def info_in(document: Document, language: str) -> Info | None:
    """The first block in this language; without one the first of all."""
    return said_in(document, language) or next(iter(document.infos), None)


def said_in(document: Document, language: str) -> Info | None:
    """The first block in this language."""
    return next((i for i in document.infos if (i.language or _SILENT).casefold().startswith(language)), None)


def headline(document: Document, language: str) -> str:
    """What it is about, in one line of at most 200 characters."""
    info = info_in(document, language)
    said = info and (info.headline or info.event or info.description)
    return words.line(said or document.note or document.msg_type)[:200]


def severity(document: Document) -> Severity:
    """The gravest of its blocks."""
    known = {one.cap: one for one in Severity}
    return max((known[info.severity] for info in document.infos), default=Severity.UNKNOWN)


def as_draft(document: Document, source_line: dict[str, str]) -> dict[str, Any]:
    """What `alerts.actions.edit` takes: codes, and words in our languages, cut to length. Not the area, not the time.

    `source_line` ends the description of each language: whose words these were.
    """
    first = next(iter(document.infos), Info())
    texts = {}
    for language in Language.values:
        if info := said_in(document, language):
            texts[language] = _texts(info, source_line[language])
    if not texts:
        texts[Language.EN.value] = _texts(first, source_line[Language.EN])
    return {
        "status": document.status if document.status in ("Exercise", "Test") else "Actual",
        "words": texts,
        "event": _event(first),
        "category": _known(first.categories, Category.values, Category.OTHER),
        "response_type": _known(first.response_types, ResponseType.values, ResponseType.MONITOR),
        "urgency": _known([first.urgency], Urgency.values, Urgency.UNKNOWN),
        "certainty": _known([first.certainty], Certainty.values, Certainty.UNKNOWN),
        "severity": int(severity(document)),
        "area_desc": _place(said_in(document, Language.EN) or first),
        "area_desc_fr": _place(said_in(document, Language.FR)),
    }


def _place(info: Info | None) -> str:
    return words.line("; ".join(area.desc for area in info.areas))[:200] if info else ""


def _texts(info: Info, source_line: str) -> dict[str, str]:
    room = longest("description") - len(source_line) - 2
    description = _cut(words.block(info.description), room)
    return {
        "headline": _cut(words.line(info.headline or info.event), longest("headline")),
        "instruction": _cut(words.block(info.instruction), longest("instruction")),
        "description": f"{description}\n\n{source_line}".strip(),
    }


def _cut(text: str, longest_: int) -> str:
    return text if len(text) <= longest_ else f"{text[: longest_ - 1].rstrip()}…"


def _event(info: Info) -> str:
    codes = (pair.value for pair in info.event_codes if pair.name.startswith(profile.EVENT))
    return next((code for code in codes if code in EVENTS), "other")


def _known(said: Iterable[str], known: Iterable[str], otherwise: str) -> str:
    listed = set(known)
    return str(next((one for one in said if one in listed), otherwise))
