"""How a place's name is folded so that what people type finds it. The look-up itself is in `queries`."""

import re
import unicodedata

# What people leave out or write otherwise: "King and Bay", "King St. W. at Bay Street", "King / Bay".
_UNSAID = frozenset(
    ("and", "at", "et", "x", "the", "rue", "st", "street", "ave", "avenue", "rd", "road",
     "blvd", "boulevard", "dr", "drive", "w", "west", "e", "east", "n", "north", "s", "south")
)  # fmt: skip
MAX_WORDS = 8


def fold(name: str) -> str:
    """Lower case, no accents, words of letters and digits with one space between, filler words dropped.

    A name of filler words alone keeps them ("The East").
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain)[:MAX_WORDS]
    return " ".join([word for word in words if word not in _UNSAID] or words)
