"""Words by which an exercise poses as the real thing, whatever letters they are written in. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from partners import names

_DRILLS = ("a drill", "an exercise", "a simulation", "a rehearsal", "a practice")
_EVENTS = (
    "emergency",
    "alert",
    "alarm",
    "event",
    "incident",
    "attack",
    "threat",
    "fire",
    "evacuation",
    "lockdown",
)
_EXERCICES = ("un exercice", "une simulation", "un essai", "un entraînement", "une répétition")
_URGENCES = ("alerte", "alarme", "urgence", "situation", "attaque", "menace", "évacuation", "intervention")

_CECI = ("ceci est une", "c'est une", "il s'agit d'une")

# What says that a drill is none. A stroke stands where a word must end: "this is really a drill" may be said.
_PHRASES = (
    *map(" ".join, product(("not", "not just", "not only", "isn't", "ain't", "no longer"), (*_DRILLS, "a test|"))),
    "not the drill", "is no drill", "is no exercise", "is no test|", "is no simulation", "ain't no drill",
    *map(" ".join, product(("this is a real", "this is an actual", "this is a genuine"), _EVENTS)),
    "this is real|", "this is for real|", "this is the real thing", "this is the real deal", "this is actual|",
    "no duff",
    *map(" ".join, product(("pas", "n'est plus", "nullement", "pas seulement"), (*_EXERCICES, "un test|"))),
    *map(" ".join, product(("pas d'", "pas qu'"), (*_EXERCICES, "un test|"))),
    "pas un simple exercice", "pas un simple test|",
    *map(" ".join, product(_CECI, ("vraie", "véritable"), _URGENCES)),
    *map(" ".join, product(_CECI, _URGENCES, ("réelle|",))),
    "ceci est réel|", "c'est réel|", "c'est bien réel|", "ceci est bien réel|",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_DIGITS = str.maketrans("01358", "olesb", "#")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def found(text: str) -> str:
    """The words in `text` that say it is real, as they are ordinarily written; empty when there are none."""
    letters, ends = _read(text)
    for phrase, wanted, ends_a_word in _wanted():
        for at in _places(wanted, letters):
            if not ends_a_word or at + len(wanted) in ends:
                return phrase
    return ""


def first(texts: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """Of texts under their names the first that poses as real: (name, the words)."""
    return next(((name, words) for name, text in texts if (words := found(text))), None)


@cache
def _wanted() -> tuple[tuple[str, str, bool], ...]:
    """Each phrase as it is written, as a reader in a hurry takes it, and whether a word must end with it."""
    return tuple((phrase.rstrip("|"), _read(phrase)[0], phrase.endswith("|")) for phrase in _PHRASES)


def _read(text: str) -> tuple[str, frozenset[int]]:
    """Only the letters, without case, accents and blanks, look-alikes as one; and where words end."""
    letters, ends = "", set()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text)):
        letters += _bare(word)
        ends.add(len(letters))
    return letters, frozenset(ends)


def _bare(word: str) -> str:
    letters = names.skeleton(word).translate(_DIGITS)
    for one, other in _PAIRS:
        letters = letters.replace(one, other)
    return letters


def _places(wanted: str, letters: str) -> Iterator[int]:
    at = letters.find(wanted)
    while at >= 0:
        yield at
        at = letters.find(wanted, at + 1)
