"""The Admiralty scale: how far a source can be relied on, and how credible what it says is. Pure.

The two are judged apart: a good source may repeat a rumour. (NATO AJP-2.1; six steps each.)
"""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Reliability(TextChoices):
    """Of the source."""

    A = "A", _("A: completely reliable")
    B = "B", _("B: usually reliable")
    C = "C", _("C: fairly reliable")
    D = "D", _("D: not usually reliable")
    E = "E", _("E: unreliable")
    F = "F", _("F: cannot be judged")


class Credibility(IntegerChoices):
    """Of the information."""

    CONFIRMED = 1, _("1: confirmed by others")
    PROBABLE = 2, _("2: probably true")
    POSSIBLE = 3, _("3: possibly true")
    DOUBTFUL = 4, _("4: doubtful")
    IMPROBABLE = 5, _("5: improbable")
    UNJUDGED = 6, _("6: cannot be judged")


def in_words(reliability: str, credibility: int | None) -> str:
    """Both, for whoever does not know the letters by heart; empty without a grade."""
    if not reliability or not credibility:
        return ""
    source, said = str(Reliability(reliability).label), str(Credibility(credibility).label)
    return f"{_after(source)}; {_after(said)}"


def _after(label: str) -> str:
    return label.partition(":")[2].strip()
