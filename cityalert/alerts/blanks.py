"""Blanks in prepared wording, such as [place]: which there are, and filling them in. Pure."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.lib import words

AT_MOST = 3
# How long what is filled in may be: prepared words leave room for it.
LONGEST = 60
_BLANK = re.compile(r"\[([^\[\]\n]{1,20})\]")
_NO_BRACKETS = str.maketrans("[]", "()")

# What a person calls the usual ones; others are called as they stand between their brackets.
_CALLED: dict[str, str | Promise] = {
    "place": _("Place"),
    "street": _("Street"),
    "time": _("Time"),
    "door": _("Door"),
    "name": _("Name"),
    "description": _("Description"),
    "number": _("Number"),
}


def names(*texts: str) -> list[str]:
    """The blanks in these texts, each once, in their order."""
    return list(dict.fromkeys(_name(found) for text in texts for found in _BLANK.findall(text)))


def called(name: str) -> str:
    """What the field for a blank is called."""
    return str(_CALLED.get(name, name.capitalize()))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each blank that has a value filled in. What is filled in is never a blank itself."""
    return _BLANK.sub(lambda blank: values.get(_name(blank[1])) or blank[0], text)


def clean(value: str) -> str:
    """What somebody typed, as it is filled in."""
    return words.line(value).translate(_NO_BRACKETS)


def longest(text: str) -> int:
    """How long a text may become once its blanks are filled in."""
    return len(_BLANK.sub("x" * LONGEST, text))


def follow(typed: str, prepared: str, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The words after what is filled in has changed: untouched ones are filled in anew, others keep what was typed."""
    if typed == fill(prepared, before):
        return fill(prepared, now)
    return fill(typed, now)


def _name(between: str) -> str:
    return " ".join(between.lower().split())
