"""What a reply by text message means, and in which language it was said. A pure rule: words in, meaning out."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from cityalert.lib.language import Language

EN, FR = Language.EN, Language.FR


class Meaning(Enum):
    """What a reply asks of us."""

    ACKNOWLEDGE = "acknowledge"
    SAFE = "safe"
    NEED_HELP = "need_help"
    NOT_ON_SITE = "not_on_site"
    YES = "yes"  # START from whoever said STOP, else an acknowledgement
    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


@dataclass(frozen=True)
class Said:
    """What it means, the language of the word that says so (None: either), and what was said beside it."""

    meaning: Meaning
    language: Language | None = None
    note: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _table(rows: dict[tuple[Meaning, Language | None], str]) -> dict[str, Said]:
    return {word: Said(means, spoken) for (means, spoken), said in rows.items() for word in said.split(" | ")}


# The whole message, as the carriers have it. What Canada's short codes must know is STOP, ARRET, HELP, AIDE, INFO.
KEYWORDS = _table(
    {
        (Meaning.STOP, EN): "stop | stopall | unsubscribe | end | quit | cancel | revoke | optout | remove",
        (Meaning.STOP, FR): "arret | arreter | arretez | fin | desabonner | desabonnement | annuler",
        (Meaning.START, EN): "start | unstop",
        (Meaning.START, FR): "debut | commencer | reprendre",
        (Meaning.YES, EN): "yes",
        (Meaning.YES, FR): "oui",
        (Meaning.HELP, EN): "help",
        (Meaning.HELP, FR): "aide",
        (Meaning.HELP, None): "info",
    }
)
ACKNOWLEDGEMENTS = _set(
    "ack acknowledge acknowledged a 1 ok okay k roger copy noted received vu recu compris note bien"
)
# With these at its beginning a longer message acknowledges, too.
_LOUD_ACKNOWLEDGEMENTS = frozenset({"ack", "acknowledge", "acknowledged", "recu"})
# Which may stand at the beginning of a longer message. HELP with anything behind it is no question about the service.
RESPONSES = _table(
    {
        (
            Meaning.NEED_HELP,
            EN,
        ): "need help | needs help | help | send help | sos | mayday | not safe | unsafe",
        (Meaning.NEED_HELP, FR): (
            "secours | au secours | aide | a l aide | aidez moi | aidez nous | besoin d aide | besoin de secours"
            " | pas en securite | ne sommes pas en securite | ne suis pas en securite"
        ),
        (
            Meaning.NOT_ON_SITE,
            EN,
        ): "not on site | not onsite | off site | offsite | not there | not here | away",
        (Meaning.NOT_ON_SITE, FR): (
            "pas sur place | pas sur les lieux | hors site | absent | absente | absents"
        ),
        (Meaning.SAFE, EN): "safe",
        (Meaning.SAFE, FR): (
            "sauf | sauve | saufs | sain et sauf | saine et sauve | sains et saufs | en securite | en surete"
        ),
    }
)
# What may stand before it: "ok we are all safe", "nous sommes en sécurité".
_BEFORE = _set(
    "ack ok okay yes oui we re are i m am all everyone everybody is here they "
    "nous sommes on est je suis j ai avons tous toutes tout le monde ici"
)
_LONGEST = max(len(phrase.split()) for phrase in RESPONSES)
# With one of these "safe" is not what they want to say, or not all of it.
_DOUBT = _set("not no isn aren t but except hurt injured missing non pas mais blesse blesses manque")


def heard(body: str) -> Said:
    """What somebody means who replies this, whatever the capitals, accents, quotes and full stops around it.

    Keywords must be the whole message. A response may have words around it, and they are kept as its note; whoever
    says "safe" with a doubt is not taken to be safe.
    """
    words = re.findall(r"[a-z0-9]+", _plain(body))
    if len(words) == 1 and words[0] in KEYWORDS:
        return KEYWORDS[words[0]]
    response, following = _response(words)
    if response:
        is_doubtful = response.meaning == Meaning.SAFE and ("?" in body or _DOUBT.intersection(words))
        if not is_doubtful:
            return Said(response.meaning, response.language, body.strip() if following else "")
    elif _acknowledges(words):
        return Said(Meaning.ACKNOWLEDGE)
    return Said(Meaning.OTHER, note=body.strip())


def _acknowledges(words: list[str]) -> bool:
    if not words:
        return False
    if len(words) == 1 and (words[0] in ACKNOWLEDGEMENTS or re.fullmatch(r"a\d{1,3}", words[0])):
        return True
    return words[0] in _LOUD_ACKNOWLEDGEMENTS


def _response(words: list[str]) -> tuple[Said | None, list[str]]:
    """The response that the words begin with, past what may stand before it, and what follows it."""
    for start in range(len(words)):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            said = RESPONSES.get(" ".join(words[start : start + length]))
            if said:
                return said, words[start + length :]
        if words[start] not in _BEFORE:
            break
    return None, []


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
