"""Cleaning what people typed, before it is stored. Pure."""

import re
import unicodedata

# Controls, invisible formatting (bidi, zero width, soft hyphen), lone surrogates, private use: none can be
# read, some reorder or hide what stands beside them, and XML forbids many.
_UNREADABLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def line(text: str) -> str:
    """`text` on one line: NFC, readable characters only, single blanks."""
    return " ".join(block(text).split())


def block(text: str) -> str:
    """`text` with its line breaks: NFC, readable characters only, no more than one empty line in a row."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")
    text = "".join(character for character in text if character == "\n" or _is_readable(character))
    text = "\n".join(one.strip() for one in text.split("\n"))
    return re.sub("\n{3,}", "\n\n", text).strip()


def _is_readable(character: str) -> bool:
    point = ord(character)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return not is_noncharacter and unicodedata.category(character) not in _UNREADABLE
