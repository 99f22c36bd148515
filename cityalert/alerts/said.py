"""A draft in the words of each channel, in both languages, before anybody gets them."""

import copy
from dataclasses import dataclass
from typing import Any

from cityalert.alerts import content, render
from cityalert.alerts.foreseen import Foreseen
from cityalert.lib import sms
from cityalert.lib.language import Language


@dataclass(frozen=True)
class Said:
    """What the readers of one language get, and how many of them there are by each channel."""

    language: Language
    written_in: str
    sms: str
    subject: str
    mail: str
    card: str
    spoken: str
    by_sms: int
    by_mail: int
    by_voice: int

    @property
    def segments(self) -> int:
        """What the text message costs."""
        return sms.segments(self.sms)

    @property
    def dear(self) -> str:
        """The characters that make it cost double; empty when none does."""
        return "".join(sorted({one for one in self.sms if not sms.is_gsm(one)}))


def said(draft: Foreseen) -> list[Said]:
    """The words of every channel, in every language."""
    # A copy: the alert itself stays unpublished.
    shown = copy.copy(draft.alert)
    shown.published_at = draft.at
    texts, cards = render.texts(shown), render.cards(shown)
    return [_in(draft, Language(one), texts[one], cards[one]) for one in Language.values]


def _in(draft: Foreseen, language: Language, texts: dict[str, str], card: dict[str, Any]) -> Said:
    example = render.example_link()
    channels = draft.counts.by_channel
    return Said(
        language=language,
        written_in=content.words_in(draft.alert, language.value).language,
        sms=texts["sms"].replace(render.LINK, example),
        subject=texts["subject"],
        mail=texts["text"].replace(render.LINK, example),
        # Shown twice on the page, so without its name.
        card=card["html"].replace(f' id="alert-{draft.alert.pk}"', ""),
        spoken=texts["voice"],
        by_sms=channels.get(("sms", language.value), 0),
        by_mail=channels.get(("email", language.value), 0),
        by_voice=channels.get(("voice", language.value), 0),
    )
