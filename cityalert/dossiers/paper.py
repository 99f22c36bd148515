"""What of a dossier goes onto paper: it is handed on at posts, so nothing that is for named people only."""

from dataclasses import dataclass

from cityalert.dossiers.looking import Look, Section
from cityalert.dossiers.marking import may_print
from cityalert.lib.tlp import Tlp
from partners.actor import Actor


@dataclass(frozen=True)
class Paper:
    """The sections to print, the strictest label among them, and how many parts stay on the page."""

    sections: list[Section]
    label: Tlp
    held_back: int


def of(actor: Actor, look: Look) -> Paper:
    """As much as the reader's own organisation may have."""
    kept = [
        Section(one.kind, [part for part in one.parts if may_print(actor, part.part)])
        for one in look.sections
    ]
    held_back = sum(len(one.parts) for one in look.sections) - sum(len(one.parts) for one in kept)
    labels = [Tlp(look.dossier.tlp), *(Tlp(part.part.tlp) for one in kept for part in one.parts)]
    strictest = max(labels, key=list(Tlp).index)
    return Paper([one for one in kept if one.parts], strictest, held_back)
