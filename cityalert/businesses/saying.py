"""How a kept value is said to people: days, numbers, languages. Pure; the way in is `reading`."""

from datetime import date

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from cityalert.businesses.reading import as_list
from cityalert.lib import days, phones


def said(kind: str, text: str) -> str:
    """A value of a kind of field (`records.Field.kind`) as people read it."""
    say = _SAID.get(kind)
    return say(text) if say and text else text


def language(code: str) -> str:
    """What a language is called in the reader's."""
    # Those that Django has no name for.
    names = {"zh": _("Chinese"), "yue": _("Cantonese"), "tl": _("Tagalog")}
    return names.get(code) or str(get_language_info(code)["name_translated"])


def _languages(text: str) -> str:
    return ", ".join(language(code) for code in as_list(text))


def _day(text: str) -> str:
    try:
        return days.day(date.fromisoformat(text))
    except ValueError:  # written down when the BIA's own field of this name held something else
        return text


def _yes_no(text: str) -> str:
    return {"yes": _("Yes"), "no": _("No")}.get(text, text)


_SAID = {
    "date": _day, "tel": phones.dialled, "language": language, "languages": _languages, "yes_no": _yes_no
}  # fmt: skip
