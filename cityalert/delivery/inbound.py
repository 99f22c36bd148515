"""What a reply by text message means. A pure rule: words in, meaning out."""

import re
import unicodedata
from enum import Enum

STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "arret", "arreter"}
)
START_WORDS = frozenset({"start", "unstop", "yes", "oui", "debut"})
HELP_WORDS = frozenset({"help", "info", "aide"})
ACKNOWLEDGE_WORDS = frozenset(
    {"ack", "acknowledge", "acknowledged", "a", "1", "ok", "okay", "vu", "recu", "roger"}
)


class Meaning(Enum):
    """What a reply asks of us."""

    ACKNOWLEDGE = "acknowledge"
    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


def meaning(body: str) -> Meaning:
    """What somebody means who replies this, whatever the capitals, accents, quotes and full stops around it.

    STOP must be the whole message, as the carriers have it; "ack" may be followed by words.
    """
    words = re.findall(r"[a-z0-9]+", _plain(body))
    if not words:
        return Meaning.OTHER
    if len(words) == 1:
        for known, means in (
            (STOP_WORDS, Meaning.STOP),
            (START_WORDS, Meaning.START),
            (HELP_WORDS, Meaning.HELP),
        ):
            if words[0] in known:
                return means
    if words[0] in {"ack", "acknowledged"} or (len(words) == 1 and words[0] in ACKNOWLEDGE_WORDS):
        return Meaning.ACKNOWLEDGE
    return Meaning.OTHER


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
