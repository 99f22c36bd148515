"""What was odd about a document, as values: a code, where, and what stood there. The sentences are here, too."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# A note quotes no more of a document than this.
QUOTED = 80
# Somebody who repeats a mistake ten thousand times is told a hundred times.
MOST = 100

SENTENCES: dict[str, str | Promise] = {
    # What was put right.
    "version": _("It is CAP %(value)s; it is kept as CAP 1.2."),
    "no_namespace": _("It does not say which version of CAP it is; it was read as 1.2."),
    "wrapped": _("The alert stood inside another document (%(value)s)."),
    "order": _("The elements of “%(where)s” stand in another order than CAP asks for."),
    "element_case": _("“%(value)s” is not how CAP writes the element; it was understood."),
    "unknown_element": _("CAP does not know the element “%(value)s” in “%(where)s”; it was left out."),
    "repeated": _("“%(where)s” stands more than once; the first one counts."),
    "markup": _("“%(where)s” has markup in it; only its words were kept."),
    "spelling": _("“%(value)s” in “%(where)s” was understood, though CAP spells it otherwise."),
    "unknown_code": _("CAP does not know “%(value)s” as “%(where)s”."),
    "bad_name": _("“%(where)s” has blanks, commas, “<” or “&” in it, which CAP does not allow."),
    "time_form": _("The time in “%(where)s” is not written as CAP asks for."),
    "time_zone": _("The time in “%(where)s” has no zone; it was taken as UTC."),
    "bad_time": _("The time in “%(where)s” could not be read: “%(value)s”. It was left out."),
    "bad_number": _("“%(where)s” is no number: “%(value)s”. It was left out."),
    "bad_pair": _("“%(where)s” has no name."),
    "filled": _("“%(where)s” was missing; “%(value)s” was put in its place."),
    "bad_reference": _("A reference could not be read: “%(value)s”."),
    "self_reference": _("It refers to itself."),
    # The area.
    "three_dimensions": _("The area has heights in its points; the map leaves them out."),
    "swapped": _("Latitude and longitude of the area were swapped; the map has them the right way round."),
    "unclosed": _("An outline was not closed; the map closes it."),
    "self_crossing": _("An outline crosses itself; the map shows what it most likely means."),
    "tangle": _("An outline crosses itself many times; the map shows all that it may mean."),
    "simplified": _("An outline has very many points; the map draws it more simply."),
    "antimeridian": _("The area crosses the 180th meridian; the map draws it in parts."),
    "no_size": _("A circle has no size; the map shows where its middle is."),
    "not_drawn": _("A shape of the area cannot be drawn: “%(value)s”."),
    # What is missing: such a document waits in quarantine.
    "missing": _("“%(where)s” is missing."),
    "unusable": _("“%(where)s” cannot be used: “%(value)s”."),
    "not_xml": _("It is not well-formed XML: %(value)s"),
    "not_cap": _("It is XML, but no CAP alert: its root is “%(value)s”."),
    "several": _("There is more than one alert in it."),
    "other_sender": _("It comes from “%(value)s”, and this source may only bring alerts of another sender."),
    "not_signed": _("This source asks for a signature by its certificate, and there is no valid one."),
    # What went wrong with a source, or with an entry of its feed.
    "not_allowed": _("We do not go to this address: %(value)s"),
    "unreachable": _("It did not answer in time, or not in a way we understand (%(value)s)."),
    "http_status": _("The server answered %(value)s."),
    "too_long": _("The answer is longer than 5 MB."),
    "refused": "%(value)s",
    "not_a_feed": _("It is neither an Atom or RSS feed nor a CAP alert: its root is “%(value)s”."),
    "no_entries": _("There is no entry in it."),
    "no_id": _("The feed does not say what this entry is called (no id), and links to nothing."),
    "no_link": _("The entry links to no CAP document."),
    "too_many_entries": _("It has more than %(value)s entries; the others were left for later."),
    "kept_apart": _("What it links to waits in quarantine: %(value)s"),
    "silent": _("Nothing was heard for two minutes; the other host is tried."),
    # The rules of the Canadian profile (CAP-CP) that it breaks.
    "cp_code": _("Rule 3: it does not name the profile (code “profile:CAP-CP:0.4”)."),
    "cp_no_info": _("Rule 5: there is no info block."),
    "cp_language": _("Rule 6: an info block names no language."),
    "cp_values": _("Rule 6: “%(where)s” is not the same in all languages."),
    "cp_event": _("Rule 8: an info block has no CAP-CP event code, or one that cannot be."),
    "cp_events": _("Rule 2: the info blocks speak of different events."),
    "cp_location": _("Rules 9 and 10: “%(value)s” has no CAP-CP location code."),
    "cp_references": _("Rule 12: an update or a cancel has to name the messages it replaces."),
    "cp_expires": _("Rule 13: an info block does not say when it ends."),
    "cp_sender_name": _("Rule 14: an info block does not name its sender for people."),
    "cp_response": _("Rule 15: an info block does not say how to respond."),
    "cp_minor_change": _("Rule 16: “MinorChange” has a wrong value, or stands in a message that is no update."),
    "cp_translated": _("Rule 17: “AutoTranslated” has a wrong value, or stands more than once."),
}  # fmt: skip


@dataclass(frozen=True)
class Note:
    """One thing worth saying. `where` is CAP's own name of an element."""

    code: str
    where: str = ""
    value: str = ""

    @property
    def sentence(self) -> str:
        """For people, in their language."""
        text = SENTENCES.get(self.code)
        # A refusal is noted by its own sentence, as the catalogue has it.
        value = gettext(self.value) if self.code == "refused" and self.value else self.value
        return str(text) % {"where": self.where, "value": value} if text else self.code

    def as_json(self) -> list[str]:
        """As it is stored."""
        return [self.code, self.where, self.value]


class Notes:
    """Collects, each thing once."""

    def __init__(self) -> None:
        self._found: dict[Note, int] = {}

    def add(self, code: str, where: str = "", value: str = "") -> None:
        """Say it; what was said before is only counted."""
        note = Note(code, where, _short(value))
        if note in self._found or len(self._found) < MOST:
            self._found[note] = self._found.get(note, 0) + 1

    def times(self, code: str) -> int:
        """How often a thing without a place and a value was said."""
        return self._found.get(Note(code), 0)

    def all(self) -> list[Note]:
        """In the order they were made."""
        return list(self._found)


def from_json(stored: Iterable[Iterable[str]]) -> list[Note]:
    """What was stored."""
    return [Note(*one) for one in stored]


def _short(value: str) -> str:
    value = " ".join(value[: QUOTED * 2].split())
    return value if len(value) <= QUOTED else f"{value[:QUOTED]}…"
