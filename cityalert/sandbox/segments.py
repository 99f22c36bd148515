"""How many segments a text takes on the network. Pure, and apart from what CityAlert itself reckons."""

# GSM 03.38 basic alphabet, and the extension table whose characters take two places.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENDED


def count(body: str) -> int:
    """Segments of `body`: 160 or 153 places each in GSM-7, 70 or 67 UTF-16 units in UCS-2."""
    if _GSM.issuperset(body):
        return _split([2 if c in _EXTENDED else 1 for c in body], single=160, multi=153)
    return _split([2 if ord(c) > 0xFFFF else 1 for c in body], single=70, multi=67)


def _split(widths: list[int], *, single: int, multi: int) -> int:
    total = sum(widths)
    if total <= single:
        return 1
    segments, used = 1, 0
    for width in widths:
        # A pair (escape and character, or two surrogates) is never torn apart at the edge of a segment.
        if used + width > multi:
            segments, used = segments + 1, 0
        used += width
    return segments
