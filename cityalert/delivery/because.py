"""Why somebody was told, in a sentence: from what was frozen with the recipient, not asked again. Pure.

`Recipient.because` is "reason" or "reason:name". Whoever decides whom a notice is for says it (`audience.Audience`).
"""

import unicodedata
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PARTNER, SITE, AREA, STAND_IN, LIST, EARLIER = "partner", "site", "area", "stand_in", "list", "earlier"
_SENTENCES = {
    PARTNER: gettext_lazy("You get this because %(name)s has a site in the area."),
    SITE: gettext_lazy("You get this because your site, %(name)s, is in the area."),
    AREA: gettext_lazy("You get this because it touches a place that you watch: %(name)s."),
    STAND_IN: gettext_lazy("You get this because you stand in for %(name)s, who is away."),
    LIST: gettext_lazy("You get this because you were chosen to take part."),
    EARLIER: gettext_lazy("You get this because you heard an earlier version of it."),
}


def sentence(because: str) -> str:
    """In the language of the moment; empty where no reason was said."""
    reason, _colon, name = because.partition(":")
    return str(_SENTENCES[reason]) % {"name": name} if reason in _SENTENCES else ""


def stands_in_for(because: str) -> str:
    """The name of whoever is away, of those who hear it in their place."""
    reason, _colon, name = because.partition(":")
    return name if reason == STAND_IN else ""


def said_to(because: str, texts: Mapping[str, str]) -> Mapping[str, str]:
    """What is said to one person: a stand-in hears first in whose place."""
    name = stands_in_for(because)
    if not name:
        return texts
    words = _("For %(name)s:") % {"name": name}
    # In letters that do not make a text cost double.
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    before = {"sms": plain, "push": words, "voice": words}
    return {**texts, **{way: f"{said} {texts[way]}" for way, said in before.items() if way in texts}}
