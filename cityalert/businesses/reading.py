"""What people write in a field → how it is kept, as text. Pure; a sentence (`Unreadable`) for what cannot be read."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.lib import words

# Where a number without a country code is dialled.
REGION = "CA"
_NORTH_AMERICAN = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]?([2-9]\d\d)[ .-]?(\d{4})", re.ASCII)
_APART = re.compile(r"[;,|/]")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?")
_WORDS = re.compile(r"[\w@.+-]+")
_YES = frozenset({"yes", "y", "true", "1", "x", "oui", "o", "vrai"})
_NO = frozenset({"no", "n", "false", "0", "non", "faux"})

# What is spoken on the streets of a Canadian city; a code or a name in English or French is understood.
SPOKEN = {
    "en": ("english", "anglais"), "fr": ("french", "francais"), "zh": ("chinese", "mandarin", "chinois"),
    "yue": ("cantonese", "cantonais"), "pa": ("punjabi", "pendjabi"), "hi": ("hindi",), "ur": ("urdu", "ourdou"),
    "ta": ("tamil", "tamoul"), "tl": ("tagalog", "filipino"), "es": ("spanish", "espagnol"),
    "pt": ("portuguese", "portugais"), "it": ("italian", "italien"), "ar": ("arabic", "arabe"),
    "fa": ("persian", "farsi", "persan"), "ko": ("korean", "coreen"), "ja": ("japanese", "japonais"),
    "vi": ("vietnamese", "vietnamien"), "ru": ("russian", "russe"), "uk": ("ukrainian", "ukrainien"),
    "pl": ("polish", "polonais"), "el": ("greek", "grec"), "de": ("german", "allemand"),
}  # fmt: skip


class Unreadable(Exception):
    """What is wrong with a value, and what to write instead."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def fold(text: str) -> str:
    """Small letters without accents, words with one blank between: for comparing and searching."""
    if text.isascii():
        kept = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", text.casefold())
        kept = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(_WORDS.findall(kept))


def line(text: str, most: int) -> str:
    """Words on one line."""
    return _short(words.line(text), most)


def block(text: str, most: int) -> str:
    """Words on several lines."""
    return _short(words.block(text), most)


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise Unreadable(_("This is longer than {n} characters. Shorten it.").format(n=most))
    return text


def phone(text: str) -> str:
    """A telephone number in E.164."""
    text = words.line(text)
    if not text:
        return ""
    if (plain := _NORTH_AMERICAN.fullmatch(text)) and _is_assigned(plain[1]):
        return "+1" + "".join(plain.groups())
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise Unreadable(_("This is no telephone number. Write it as 416-555-0123.")) from error
    if number.extension:
        raise Unreadable(
            _("A number with an extension cannot get messages. Put the extension into the notes.")
        )
    if not phonenumbers.is_valid_number(number):
        raise Unreadable(_("No telephone has this number. Write it as 416-555-0123."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _is_assigned(area: str) -> bool:
    """Is it an area code? Asking for each of thousands of numbers takes half of an import's time."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}5550123"))


def email(text: str) -> str:
    """An e-mail address, in small letters."""
    text = words.line(text).lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as error:
        raise Unreadable(_("This is no e-mail address. Write it as name@example.ca.")) from error
    return _short(text, 254)


def day(text: str) -> str:
    """A day, as 2026-03-31."""
    text = words.line(text)
    if not text:
        return ""
    found = _ISO.fullmatch(text)
    if not found:
        raise Unreadable(_("This is no date one can be sure of. Write it as 2026-03-31: year, month, day."))
    try:
        read = date(*map(int, found.groups()))
    except ValueError as error:
        raise Unreadable(_("There is no such day. Write it as 2026-03-31: year, month, day.")) from error
    if not 1900 <= read.year <= 2100:
        raise Unreadable(_("The year must lie between 1900 and 2100."))
    return read.isoformat()


def degrees(text: str, most: int) -> str:
    """A latitude (at most 90) or longitude (180), with six places."""
    text = words.line(text)
    if not text:
        return ""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > most:
        raise Unreadable(
            _("This is no degree. Write it with a point, as 43.6487; at most {n}.").format(n=most)
        )
    return format(round(number, 6).normalize(), "f")


def spoken(text: str) -> str:
    """Languages by their codes, in order, each once: "en; fr"."""
    return "; ".join(sorted({_language(one) for one in _APART.split(text) if one.strip()}))


def spoken_to(text: str) -> str:
    """The language we speak to somebody: English, unless it is French."""
    return "" if not text.strip() else _written(_language(text))


def _language(text: str) -> str:
    said = fold(text)
    for code, names in SPOKEN.items():
        if said == code or said in names:
            return code
    raise Unreadable(_("“{text}” is no language we know. Write its code, as en, fr or zh.").format(text=text))


def _written(code: str) -> str:
    if code not in {"en", "fr"}:
        raise Unreadable(_("Messages are written in English and French. Write en or fr."))
    return code


def tags(text: str, most: int = 40) -> str:
    """Tags in small letters, in order, each once: "food; patio"."""
    found = {line(one, most).lower() for one in _APART.split(text)} - {""}
    return "; ".join(sorted(found))


def number(text: str) -> str:
    """A plain number."""
    text = words.line(text).replace(" ", "")
    if not text:
        return ""
    try:
        read = Decimal(text)
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or abs(read) > 10**12:
        raise Unreadable(_("This is no number. Write it with digits, as 1250 or 12.5."))
    return format(read.normalize(), "f")


def yes_no(text: str) -> str:
    """Yes or no."""
    said = fold(text)
    if not said:
        return ""
    if said not in _YES | _NO:
        raise Unreadable(_("Write yes or no."))
    return "yes" if said in _YES else "no"


def as_list(text: str) -> list[str]:
    """The members of "en; fr"."""
    return [one for one in text.split("; ") if one]
