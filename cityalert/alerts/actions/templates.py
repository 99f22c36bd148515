"""Prepared wording: write a template, change it, which makes a new version, retire it and take it up again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import blanks, content, prepared, readiness
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.prepared import By
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import Scope
from cityalert.audit.record import Subject, record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tlp import Tlp

_LINES = ("name", "name_fr")
_CHOICES = (
    "event", "category", "response_type", "urgency", "severity", "certainty", "scope", "tlp", "lasts_min",
)  # fmt: skip


class TemplateChanged(Refusal):
    """Somebody else made a newer version meanwhile."""

    code = "template_changed"
    status = 409
    sentence = _("Somebody has changed this template meanwhile. Load it again to see how.")


def drawn_up(by: By, data: Mapping[str, Any]) -> Template:
    """A template as it is typed, checked and not kept. Raises NotUsable, which names the field."""
    template = Template(partner_id=by.partner_id)
    for name in _LINES:
        setattr(template, name, words.line(str(data.get(name, ""))))
    for name in _CHOICES:
        setattr(template, name, data.get(name))
    said = data.get("words") or {}
    template.words = {language: _words(said.get(language, {})) for language in Language.values}
    template.locked = [name for name in content.WORDS if name in (data.get("locked") or ())]
    _check_model(template)
    _check_said(template)
    _check_blanks(template)
    return template


@transaction.atomic
def write_template(
    by: By, data: Mapping[str, Any], *, key: str = "", known: int = 0, at: datetime
) -> Template:
    """Keep a template; with a key as the next version of that one, which was at version `known` when it was opened."""
    if not prepared.may_keep(by):
        raise NotThere
    template = drawn_up(by, data)
    if key:
        last = _hold(by, key)
        if last.number != known:
            raise TemplateChanged
        if _content(last) == _content(template) and last.ended_at is None:
            return last
        template.key, template.number, template.position = last.key, last.number + 1, last.position
        Template.objects.filter(key=key, ended_at=None).update(ended_at=at)
    template.made_at, template.made_by = at, by.user
    try:
        with transaction.atomic():
            template.save(force_insert=True)
    except IntegrityError as error:
        raise TemplateChanged from error
    record(Verb.TEMPLATE_WRITTEN, by, _subject(template), at=at, **_facts(template))
    return template


@transaction.atomic
def retire_template(by: By, key: str, *, at: datetime) -> Template:
    """Offer it no more. Alerts that came from it stay as they are."""
    last = _hold(by, key)
    if last.ended_at is None:
        last.ended_at = at
        last.save(update_fields=["ended_at"])
        record(Verb.TEMPLATE_RETIRED, by, _subject(last), at=at, **_facts(last))
    return last


@transaction.atomic
def restore_template(by: By, key: str, *, at: datetime) -> Template:
    """Offer it again."""
    last = _hold(by, key)
    if last.ended_at is not None:
        last.ended_at = None
        last.save(update_fields=["ended_at"])
        record(Verb.TEMPLATE_RESTORED, by, _subject(last), at=at, **_facts(last))
    return last


def _hold(by: By, key: str) -> Template:
    """Its last version, nobody else changing it."""
    last = prepared.versions(by, key)[0]
    return Template.objects.select_for_update(of=("self",)).get(pk=last.pk)


def _words(said: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: (words.line if name == "headline" else words.block)(str(said.get(name, "")))
        for name in content.WORDS
    }


def _check_model(template: Template) -> None:
    """The model's own rules for choices and lengths."""
    others = {field.name for field in template._meta.fields}.difference((*_LINES, *_CHOICES))
    try:
        template.clean_fields(exclude=others)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise NotUsable(messages[0], field=name) from error
    readiness.check_lasts(template.event, template.lasts_min)
    if template.scope == Scope.PUBLIC and template.tlp != Tlp.CLEAR:
        raise NotUsable(readiness.PUBLIC_IS_CLEAR, field="tlp")


def _check_said(template: Template) -> None:
    for language, said in template.words.items():
        if not said["headline"]:
            raise NotUsable(_("Write a headline in English and in French."), field=f"{language}_headline")
        for name, text in said.items():
            if blanks.longest(text) > content.longest(name):
                sentence = _(
                    "Shorten this: with its blanks filled in (60 characters each) it must have at most %(n)d."
                )
                raise NotUsable(sentence % {"n": content.longest(name)}, field=f"{language}_{name}")


def _check_blanks(template: Template) -> None:
    if len(template.blanks) > blanks.AT_MOST:
        raise NotUsable(_("A template has at most three blanks."), field="en_headline")
    by_language = {language: set(blanks.names(*said.values())) for language, said in template.words.items()}
    for language, found in by_language.items():
        for name in template.blanks:
            if name not in found:
                sentence = _("The blank [%(name)s] is missing here: both languages have the same.")
                raise NotUsable(sentence % {"name": name}, field=f"{language}_headline")


def _content(template: Template) -> list[Any]:
    return [getattr(template, name) for name in (*_LINES, *_CHOICES, "words", "locked")]


def _subject(template: Template) -> Subject:
    """All versions have one timeline."""
    return Subject("template", template.key)


def _facts(template: Template) -> dict[str, Any]:
    return {"name": template.name, "version": template.number, "event": template.event}
