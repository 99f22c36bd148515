"""What a telephone says, as TwiML: the words twice, and what the keys do. Pure but for the translation."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _
from twilio.twiml.voice_response import VoiceResponse

# Twilio takes 4,000 characters of TwiML with the request, and all is said twice.
LONGEST = 1200
VOICES = {"en": "en-CA", "fr": "fr-CA"}
KEY_WAIT_S = 8

ACKNOWLEDGE, AGAIN, STOP = "1", "2", "9"


def call(texts: Mapping[str, str], language: str, keys_url: str) -> str:
    """The call as a whole. `texts` as a notice has them; one posted before there were calls has only a subject."""
    words = texts.get("voice") or texts.get("subject", "")
    with translation.override(language):
        return _asking(words[:LONGEST], language, keys_url, is_alert="subject" in texts)


def _asking(words: str, language: str, keys_url: str, *, is_alert: bool) -> str:
    said = VoiceResponse()
    voice = VOICES.get(language, "en-CA")
    keys = said.gather(num_digits=1, action=keys_url, method="POST", timeout=KEY_WAIT_S)
    for _time in range(2):
        keys.say(words, language=voice)
        keys.pause(length=1)
    keys.say(_menu() if is_alert else _("To hear it again, press 2."), language=voice)
    said.say(_("Goodbye."), language=voice)
    return str(said)


def farewell(words: str, language: str) -> str:
    """A last sentence."""
    said = VoiceResponse()
    said.say(words, language=VOICES.get(language, "en-CA"))
    said.hangup()
    return str(said)


def _menu() -> str:
    return _(
        "If you have it, press 1. To hear it again, press 2. To be called no more, press 9. In danger, call 9 1 1."
    )
