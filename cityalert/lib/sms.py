"""How long a text message is, and how to make it shorter. Pure; what it says is said elsewhere."""

import unicodedata

# GSM 03.38: the basic alphabet, and the extension table, whose characters take two places.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENDED


# What looks nearly the same and does not make the whole message UCS-2, which costs twice as much.
_LOOKALIKES = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "“": '"', "”": '"', "„": '"', "″": '"',
        "«": '"', "»": '"', "‹": "'", "›": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-",
        "−": "-", "…": "...", "•": "-", "·": "-", "×": "x", "œ": "oe", "Œ": "OE", "°": " deg", "\xa0": " ",
        "\u202f": " ", "\u2009": " ", "\u2007": " ", "½": "1/2", "¼": "1/4", "™": "TM", "{": "(", "}": ")",
        "[": "(", "]": ")",
    }
)  # fmt: skip


def is_gsm(text: str) -> bool:
    """Can it travel in the GSM-7 alphabet?"""
    return _GSM.issuperset(text)


def gsm(text: str) -> str:
    """`text` in the GSM-7 alphabet when look-alikes and dropped accents are enough; otherwise as it was."""
    near = "".join(_nearest(character) for character in text.translate(_LOOKALIKES))
    return near if is_gsm(near) else text


def segments(text: str) -> int:
    """Segments as Twilio bills them: 160 or 153 places each in GSM-7, 70 or 67 UTF-16 units in UCS-2."""
    if is_gsm(text):
        return _split([2 if character in _EXTENDED else 1 for character in text], single=160, multi=153)
    return _split([2 if ord(character) > 0xFFFF else 1 for character in text], single=70, multi=67)


def fit(text: str, tail: str, *, at_most: int) -> str:
    """The longest start of `text` that with `tail` takes at most so many segments, cut at a word if one is near.

    `tail` is never cut: if it alone is too long it is all that is left.
    """
    if segments(text + tail) <= at_most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if segments(_cut(text, middle) + tail) <= at_most:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low) if low else ""


def _cut(text: str, length: int) -> str:
    start = text[:length]
    blank = start.rfind(" ")
    if text[length : length + 1] != " " and blank > length - 20:
        start = start[:blank]
    return start.rstrip(" .,;:-") + "..."


def _nearest(character: str) -> str:
    if character in _GSM:
        return character
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base in _GSM else character


def _split(widths: list[int], *, single: int, multi: int) -> int:
    if sum(widths) <= single:
        return 1
    count, used = 1, 0
    for width in widths:
        # A pair (escape and character, or two surrogates) is never torn apart at the edge of a segment.
        if used + width > multi:
            count, used = count + 1, 0
        used += width
    return count
