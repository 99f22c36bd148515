"""Prepared wording: written, tried and retired; by a partner's people their own, by staff the network's."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.alerts import actions, content, prepared, trying
from cityalert.alerts.forms import said, word_fields
from cityalert.alerts.prepared import By
from cityalert.alerts.templates import Template
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import actor_required, staff_required

View = Callable[..., HttpResponse]
Answering = Callable[..., HttpResponseBase]
_READ_OR_WRITE = require_http_methods(["GET", "POST"])
_LOCKS = (
    ("headline", gettext_lazy("Headline")),
    ("instruction", gettext_lazy("What to do")),
    ("description", gettext_lazy("What is known")),
)


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a template sets, its words in both languages, and which of them are locked."""

    locked = forms.MultipleChoiceField(
        label=gettext_lazy("Locked"), required=False, choices=_LOCKS, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Template
        fields: ClassVar[list[str]] = [
            "name", "name_fr", "event", "category", "response_type", "urgency", "severity", "certainty", "scope", "tlp",
            "lasts_min",
        ]  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, *, instance: Template) -> None:
        initial = {
            f"{language}_{name}": text
            for language, texts in instance.words.items()
            for name, text in texts.items()
        }
        super().__init__(data, instance=instance, initial={**initial, "locked": instance.locked})
        self.fields |= word_fields()
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "input"

    @property
    def settings(self) -> list[forms.BoundField]:
        """What it sets beside its words."""
        return [self[name] for name in self.Meta.fields]

    @property
    def languages(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The words, per language."""
        return [
            (language.label, [self[f"{language.value}_{name}"] for name in content.WORDS])
            for language in Language
        ]

    def values(self) -> dict[str, Any]:
        """As `actions.write_template` takes them."""
        return {**self.cleaned_data, "words": said(self.cleaned_data)}

    def refuse(self, refusal: Refusal) -> None:
        """Show beside its field what an action refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def _post_clean(self) -> None:
        """The instance stays as it is: only `actions` keeps a template."""


def for_both(view: View, methods: Callable[[Answering], Answering]) -> tuple[Answering, Answering]:
    """The view for a partner's people and the one for staff; it gets who asks, and the namespace of its addresses."""

    @wraps(view)
    def of_actor(request: Any, /, **values: Any) -> HttpResponse:
        return view(request, request.actor, "templates", **values)

    @wraps(view)
    def of_staff(request: Any, /, **values: Any) -> HttpResponse:
        return view(request, request.staff, "templates_staff", **values)

    return methods(actor_required(of_actor)), methods(staff_required(of_staff))


def _list(request: HttpRequest, by: By, ns: str) -> HttpResponse:
    """All that is theirs, by event, and what the network offers."""
    kept = prepared.kept(by)
    context = {
        "offered": [one for one in kept if one.ended_at is None],
        "retired": [one for one in kept if one.ended_at is not None],
        "networks": prepared.networks() if by.partner_id else [],
        **_where(ns),
    }
    return render(request, "alerts/templates.html", context)


def _new(request: HttpRequest, by: By, ns: str) -> HttpResponse:
    """One more, from nothing or like another one (`?like=`)."""
    if not prepared.may_keep(by):
        raise NotThere
    return _written(request, by, ns, prepared.like(by, request.GET.get("like", "")), [])


def _change(request: HttpRequest, by: By, ns: str, key: str) -> HttpResponse:
    """One of them: what it says, and a newer version of it."""
    versions = prepared.versions(by, key)
    return _written(request, by, ns, versions[0], versions)


def _retire(request: HttpRequest, by: By, ns: str, key: str) -> HttpResponse:
    """Offer it no more, or (`do=restore`) again."""
    if request.POST.get("do") == "restore":
        actions.restore_template(by, key, at=clock.now())
        messages.success(request, _("It is offered again."))
    else:
        actions.retire_template(by, key, at=clock.now())
        messages.success(request, _("Retired. Alerts that came from it stay as they are."))
    return redirect(f"{ns}:list")


def _written(
    request: HttpRequest, by: By, ns: str, template: Template, versions: list[Template]
) -> HttpResponse:
    form, key = TemplateForm(posted(request), instance=template), versions[0].key if versions else ""
    shown = template
    if form.is_bound and form.is_valid():
        try:
            shown = actions.drawn_up(by, form.values())
            if request.POST.get("do") != "try":
                known = request.POST.get("known", "")
                known_number = int(known) if known.isdecimal() and len(known) < 6 else 0
                kept = actions.write_template(by, form.values(), key=key, known=known_number, at=clock.now())
                messages.success(request, _("Kept as version %(n)d.") % {"n": kept.number})
                return redirect(f"{ns}:list")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "template": template if versions else None,
        "versions": versions,
        "tried": trying.said(by, shown, request.POST) if any(shown.words.values()) else [],
        "blanks": trying.blanks_of(shown, request.POST),
        **_where(ns),
    }
    return render(request, "alerts/template.html", context, status=422 if form.errors else 200)


def _where(ns: str) -> dict[str, Any]:
    return {"ns": ns, "is_staff": ns == "templates_staff"}


list_, staff_list = for_both(_list, require_GET)
new, staff_new = for_both(_new, _READ_OR_WRITE)
change, staff_change = for_both(_change, _READ_OR_WRITE)
retire, staff_retire = for_both(_retire, require_POST)
