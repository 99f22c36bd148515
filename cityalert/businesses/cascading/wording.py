"""What businesses are told, per channel and language. Delivery puts the reader's own link in place of `{link}`."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.alerts import content, marking
from cityalert.alerts.models import Alert
from cityalert.alerts.render import LINK, MAX_SEGMENTS, example_link, marks
from cityalert.businesses.models import Cascade
from cityalert.lib import sms
from cityalert.lib.language import Language
from partners.models import Partner

MOST_OF_NOTE = 200


@dataclass(frozen=True)
class Said:
    """The words in one language."""

    headline: str
    instruction: str = ""
    source: str = ""
    mark: str = ""


def of_alert(alert: Alert) -> dict[str, Said]:
    """An alert's own words, and who says it. One that may not go to a BIA's members says only that it has changed."""
    said = {}
    for language in Language.values:
        with translation.override(language):
            words = content.words_in(alert, language)
            mark = " ".join(marks(alert))
            if marking.is_for_clients(alert):
                one = Said(words.headline, words.instruction, alert.partner.name, mark)
            else:
                one = Said(_("The alert we passed on to you has changed. Call us."), mark=mark)
            said[language] = one
    return said


def of_cascade(cascade: Cascade) -> dict[str, Said]:
    """A notice of the BIA's own: it says it in one language, to everybody."""
    said = Said(cascade.headline, cascade.instruction)
    return dict.fromkeys(Language.values, said)


def that_it_is_over(cascade: Cascade) -> dict[str, Said]:
    """A notice of the BIA's own has ended."""
    said = {}
    for language in Language.values:
        with translation.override(language):
            said[language] = Said(cascade.headline, mark=_("IT IS OVER"))
    return said


def texts(partner: Partner, said: Mapping[str, Said], cascade: Cascade) -> dict[str, dict[str, str]]:
    """Per language {"sms", "subject", "text", "html"}."""
    return {language: _texts(partner, words, cascade, language) for language, words in said.items()}


def _texts(partner: Partner, said: Said, cascade: Cascade, language: str) -> dict[str, str]:
    with translation.override(language):
        mark = f"[{said.mark}] " if said.mark else ""
        context = {
            "said": said,
            "mark": mark,
            "note": _harmless(cascade.note),
            "headline": _harmless(said.headline),
            "instruction": _harmless(said.instruction),
            "partner": partner,
            "tlp": cascade.tlp,
            "link": LINK,
            "city_name": settings.CITY_NAME,
        }
        return {
            "sms": _sms(partner, said, cascade.note),
            "subject": f"{mark}{said.headline} ({partner.short_name})",
            "text": render_to_string("businesses/cascade/mail.txt", context).strip() + "\n",
            "html": render_to_string("businesses/cascade/mail.html", context),
        }


def _sms(partner: Partner, said: Said, note: str) -> str:
    start = " ".join(filter(None, [partner.short_name, said.mark]))
    body = ". ".join(part.rstrip(".") for part in (said.headline, note, said.instruction) if part)
    text = " ".join(_harmless(f"{start}: {body}.").split())
    return sms.fit(sms.gsm(text), f" {example_link()}", at_most=MAX_SEGMENTS) + f" {LINK}"


def _harmless(text: str) -> str:
    """Only the link we put there ourselves is one."""
    return text.replace(LINK, "(link)")
