"""From bytes to a tree, hardened: no document type, no entities, no network, and limits on size, depth and number."""

import re
from typing import Final

from django.utils.translation import gettext_lazy as _
from lxml import etree

from cityalert.exchange.cap.notes import Note
from cityalert.lib.refusals import Refusal

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 30

EMPTY = _("There is nothing in it.")
TOO_LARGE = _("It is too large: a CAP document may have at most 5 MB here.")
HAS_DOCTYPE = _(
    "It has a document type declaration (DOCTYPE). Such a document can do harm, and CAP needs none."
)
TOO_MANY = _("It has more than 20,000 elements. No CAP alert needs as many.")
TOO_DEEP = _("Its elements stand inside one another deeper than 30 levels. No CAP alert needs that.")
TOO_MANY_POINTS = _("Its areas have more than 800 shapes or 100,000 points. No map needs as many.")

_SKIPPED = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class CapRefused(Refusal):
    """It is not taken in at all, and nothing of it is kept."""

    code = "cap_refused"
    status = 422
    sentence = EMPTY


class Incomplete(Exception):
    """It cannot be used as it is: it is kept apart, with these reasons, and may be tried again."""

    def __init__(self, *notes: Note) -> None:
        self.notes = list(notes)
        super().__init__(", ".join(note.code for note in notes))


def open_tree(raw: bytes) -> etree._Element:
    """The root of a document from outside. Raises CapRefused; Incomplete for what is no XML."""
    if len(raw) > MAX_BYTES:
        raise CapRefused(TOO_LARGE)
    # In UTF-16 every other byte is nothing: so the same looks serve for both.
    plain = raw.replace(b"\0", b"")
    if not plain.strip():
        raise CapRefused(EMPTY)
    if _begins_with_declaration(plain):
        raise CapRefused(HAS_DOCTYPE)
    # Before it is parsed, so that a million empty elements never become a million objects.
    if plain.count(b"<") > 3 * MAX_ELEMENTS or plain.count(b'="') + plain.count(b"='") > MAX_ELEMENTS:
        raise CapRefused(TOO_MANY)
    try:
        root = etree.fromstring(raw, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        # libxml2 counts levels, too, and gives up at 256.
        if "depth" in str(error):
            raise CapRefused(TOO_DEEP) from error
        raise Incomplete(Note("not_xml", value=str(error)[:200])) from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise CapRefused(HAS_DOCTYPE)
    _measure(root)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip


def _begins_with_declaration(plain: bytes) -> bool:
    """Does anything like <!DOCTYPE stand before the first element?"""
    position = next((len(mark) for mark in _MARKS if plain.startswith(mark)), 0)
    while found := _SKIPPED.match(plain, position):
        position = found.end()
    return plain.startswith(b"<!", position)


def _measure(root: etree._Element) -> None:
    depth = elements = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH:
            raise CapRefused(TOO_DEEP)
        if elements > MAX_ELEMENTS:
            raise CapRefused(TOO_MANY)
