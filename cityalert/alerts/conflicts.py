"""Two people in one draft: what one typed beside what the other kept, field by field. Reads two forms, nothing else."""

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

# How it ends is said by its moment; the fields of another template are not on both pages.
_PASSED_OVER = frozenset({"expires_in_min"})


@dataclass(frozen=True)
class Conflict:
    """One field: what is on this page, and what is kept; `value` is what its control would hold."""

    name: str
    label: str
    mine: str
    theirs: str
    value: str


def differing(typed: forms.BaseForm, kept: forms.BaseForm) -> list[Conflict]:
    """The fields that differ, in the order of the form."""
    found = []
    for name in typed.fields:
        if name in _PASSED_OVER or name not in kept.fields or not _is_posted(typed, name):
            continue
        mine, theirs = _value(typed[name]), _value(kept[name])
        if mine != theirs:
            said = (_said(typed[name], mine), _said(kept[name], theirs))
            found.append(Conflict(name, _label(typed[name]), *said, theirs))
    return found


def _is_posted(form: forms.BaseForm, name: str) -> bool:
    """Was it on the page? Of boxes nobody can tell: those without a tick are not posted."""
    boxes = (forms.CheckboxInput, forms.CheckboxSelectMultiple)
    return name in form.data or isinstance(form.fields[name].widget, boxes)


def _value(field: forms.BoundField) -> str:
    """What the control holds, as one text."""
    value = field.value()
    if field.name == "shapes":
        return _same(str(value or ""))
    if isinstance(value, list | tuple):
        return ",".join(sorted(str(one) for one in value))
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "on" if value in (True, "on", "true", "True", "1") else ""
    shown: Any = field.field.widget.format_value(value)
    if isinstance(shown, list):
        shown = shown[0] if shown else ""
    return "\n".join(str("" if shown is None else shown).splitlines()).strip()


def _same(text: str) -> str:
    """JSON as one writer would write it: browsers and we put blanks in other places."""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return text


def _said(field: forms.BoundField, value: str) -> str:
    """The same for people."""
    if field.name == "shapes":
        return _("the area on the map")
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    if choices and value:
        return ", ".join(choices.get(one, one) for one in value.split(","))
    if isinstance(field.field.widget, forms.CheckboxInput):
        return _("yes") if value else _("no")
    return value or "–"


def _label(field: forms.BoundField) -> str:
    language, _underscore, word = field.name.partition("_")
    label = str(field.label)[:1].upper() + str(field.label)[1:]
    return f"{label} ({language.upper()})" if word and language in {"en", "fr"} else label
