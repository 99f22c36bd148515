"""The words of a draft: typed, prepared, or prepared with blanks that are filled in."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import blanks, content
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.templates import Template
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal

Values = dict[str, dict[str, str]]


class NotUsable(Refusal):
    """Something typed cannot be used; `field` says what."""

    code = "not_usable"
    status = 422
    sentence = _("This value cannot be used.")


def write_words(alert: Alert, data: Mapping[str, Any]) -> None:
    """Take "template", "blanks" and "words" from what was typed. Of locked words only the blanks change."""
    if "template" in data:
        alert.template, alert.blanks = data["template"], {}
    before = content.filled_in(alert)
    if "blanks" in data and alert.template:
        alert.blanks = _values(alert.template, data["blanks"] or {})
    said = data.get("words") or {}
    if any(language not in Language.values for language in said):
        raise NotUsable(field="words")
    now = content.filled_in(alert)
    for language in Language.values if alert.template else said:
        info = alert.infos.filter(language=language).first() or Info(alert=alert, language=language)
        for name in content.WORDS:
            typed = _typed(info, name, said.get(language, {}))
            if alert.template:
                typed = _prepared(alert.template, info, name, typed, (before[language], now[language]))
            if typed != getattr(info, name):
                # A person's hand makes them a person's words.
                info.is_machine_translated = False
            setattr(info, name, _short(info, name, typed))
        info.save()


def text(value: object, field: str) -> str:
    """What was typed, if it is text."""
    if not isinstance(value, str | Promise):
        raise NotUsable(field=field)
    return str(value)


def _typed(info: Info, name: str, texts: Mapping[str, Any]) -> str:
    if name not in texts:
        return str(getattr(info, name))
    clean = words.line if name == "headline" else words.block
    return clean(text(texts[name], f"{info.language}_{name}"))


def _prepared(
    template: Template, info: Info, name: str, typed: str, values: tuple[Mapping[str, str], Mapping[str, str]]
) -> str:
    clean = words.line if name == "headline" else words.block
    prepared = clean(template.words.get(info.language, {}).get(name, ""))
    before, now = values
    return (
        blanks.fill(prepared, now) if name in template.locked else blanks.follow(typed, prepared, before, now)
    )


def _values(template: Template, typed: Mapping[str, Mapping[str, Any]]) -> Values:
    """What was filled in, of the blanks there are."""
    values: Values = {}
    for language in Language.values:
        for place, name in enumerate(template.blanks):
            field = f"blank_{language}_{place}"
            value = blanks.clean(text(typed.get(language, {}).get(name, ""), field))
            if len(value) > blanks.LONGEST:
                sentence = _("Shorten this to at most %(count)d characters.") % {"count": blanks.LONGEST}
                raise NotUsable(sentence, field=field)
            if value:
                values.setdefault(language, {})[name] = value
    return values


def _short(info: Info, name: str, said: str) -> str:
    """Django does not hold long texts to their length."""
    at_most = content.longest(name)
    if len(said) > at_most:
        sentence = _("Shorten this to at most %(count)d characters.") % {"count": at_most}
        raise NotUsable(sentence, field=f"{info.language}_{name}")
    return said
