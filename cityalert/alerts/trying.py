"""Trying prepared wording: what each reader would get as a text message, its blanks filled in. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.alerts import blanks, render
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.prepared import By
from cityalert.alerts.templates import Template
from cityalert.lib import sms
from cityalert.lib.language import Language
from partners.actor import Actor
from partners.models import Partner


@dataclass(frozen=True)
class Tried:
    """What the readers of one language would get."""

    language: Language
    sms: str
    subject: str

    @property
    def segments(self) -> int:
        """What the text message costs."""
        return sms.segments(self.sms)


def blanks_of(template: Template, typed: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Each blank with the name of its field, what it is called, and what was typed."""
    return [
        (name, f"try_{place}", blanks.called(name), typed.get(f"try_{place}", ""))
        for place, name in enumerate(template.blanks)
    ]


def said(by: By, template: Template, typed: Mapping[str, str]) -> list[Tried]:
    """What it would say if it went out like this."""
    values = {name: blanks.clean(text) for name, _field, _called, text in blanks_of(template, typed)}
    filled = template.filled(dict.fromkeys(Language.values, values))
    alert = Alert(partner=by.partner if isinstance(by, Actor) else _somebody())
    return [_said_in(language, alert, filled.get(language.value, {})) for language in Language]


def _said_in(language: Language, alert: Alert, filled: Mapping[str, str]) -> Tried:
    with translation.override(language.value):
        texts = render.short_texts(alert, Info(language=language.value, **filled))
    return Tried(language, texts["sms"].replace(render.LINK, render.example_link()), texts["subject"])


def _somebody() -> Partner:
    """Whoever uses what the network offers."""
    return Partner(name=settings.SITE_NAME, short_name=_("Your name"))
