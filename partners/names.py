"""Names of organisations: which look alike, and which pretend. Pure.

After Unicode's UTS 39, and stricter: case, accents, blanks and signs do not tell two organisations apart, nor do the
signs that a reader in a hurry takes for one another (l, I and 1; o and 0; rn and m).
"""

import re
import unicodedata
from functools import cache

from confusable_homoglyphs import categories, confusables
from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal

_WORD = re.compile(r"[^\W_]+")
_ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"))
_DIGITS = str.maketrans("01358", "olesb")
_ORDINALS = "ªº"
# A word of fewer letters is another word when one is another.
_LONG = 6
# Letters of no script of their own: modifiers, ordinals.
_NO_SCRIPT = {"COMMON", "INHERITED"}


class NamePretends(Refusal):
    """It is written in letters that look like others."""

    code = "name_pretends"
    status = 422
    sentence = _(
        "The name has letters that look like others, for instance a Cyrillic “о” among Latin letters. Type it anew, in "
        "ordinary letters of one alphabet."
    )


class NameTaken(Refusal):
    """It could be taken for another partner's."""

    code = "name_taken"
    sentence = _(
        "This name is, or looks like, the name of a partner there is. Choose one that nobody confuses."
    )


def skeleton(name: str) -> str:
    """What is left of a name when all that a reader may overlook is taken away. Equal means confusable."""
    plain = "".join(_latin(character) for character in unicodedata.normalize("NFKC", name))
    letters = unicodedata.normalize("NFKD", "".join(map(_latin, plain.casefold())))
    letters = "".join(character for character in letters if not unicodedata.combining(character))
    return "".join(map(_bare, _WORD.findall(letters)))


def too_close(name: str, other: str) -> bool:
    """Would somebody take the one for the other: the same skeleton, or one slip in one longer word?

    Numbers and short words tell apart: Tower A is not Tower B, 51 Division not 52 Division.
    """
    if skeleton(name) == skeleton(other):
        return True
    ours, theirs = _skeletons(name), _skeletons(other)
    if len(ours) != len(theirs):
        return False
    different = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and _one_slip(*different[0])


def check(name: str) -> None:
    """Raise NamePretends for a name in mixed alphabets, in lookalikes of Latin letters, or without any letter.

    It asks nobody which names there are, so a refusal tells nobody either.
    """
    letters = [character for character in name if character.isalpha() and character not in _ORDINALS]
    if any(unicodedata.normalize("NFKC", character) != character for character in letters):
        raise NamePretends(field="name")
    scripts = {categories.alias(character) for character in letters} - _NO_SCRIPT
    looks_latin = scripts != {"LATIN"} and skeleton(name).isascii()
    if len(scripts) != 1 or looks_latin:
        raise NamePretends(field="name")


def _skeletons(name: str) -> list[str]:
    return [bare for word in _WORD.findall(name) if (bare := skeleton(word))]


def _one_slip(word: str, other: str) -> bool:
    """One letter more, fewer or another, or two the other way round."""
    if "#" in word + other or min(len(word), len(other)) < _LONG or abs(len(word) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    if start is None:
        return True
    one, two = word[start:], other[start:]
    return (
        one[1:] == two[1:]
        or one[1:] == two
        or one == two[1:]
        or (one[:2] == two[1::-1] and one[2:] == two[2:])
    )


def _bare(word: str) -> str:
    if word.isdigit():
        return f"#{word}#"  # a number is a number: Tower 10 is not Tower lo
    word = word.translate(_DIGITS)
    for one, other in _ALIKE:
        word = word.replace(one, other)
    return word


@cache
def _latin(character: str) -> str:
    """The ASCII letter or digit this one can be taken for; itself if there is none."""
    if character.isascii():
        return character
    alike = [one["c"] for one in confusables.confusables_data.get(character, [])]
    return next((one for one in alike if one.isascii() and one.isalnum()), character)
