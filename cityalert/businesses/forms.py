"""A business as a form: one text field for each value of its record. What may stand in it is `reading`'s to say."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.models import CustomField, Function, Seat
from cityalert.businesses.records import Field
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from cityalert.lib.veil import veil

_INPUT_TYPES = {"tel": "tel", "email": "email", "date": "date"}


class BusinessForm(forms.Form):
    """Every field of a BIA's businesses. Nothing is cleaned here: `actions` refuses, `refuse` shows it."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        fields: Mapping[str, Field],
        record: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(record or {}))
        self.known = fields
        for name, field in fields.items():
            self.fields[name] = forms.CharField(
                label=str(field.label), required=False, strip=False, widget=_widget(field)
            )

    def typed(self) -> dict[str, str]:
        """What was posted, of the fields that were there."""
        return {name: str(self.data[name]) for name in self.known if name in self.data}

    def refuse(self, refusal: Refusal) -> None:
        """Put the sentences beside their fields, the whole above the form."""
        self.full_clean()
        for name, sentence in refusal.detail.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if refusal.field in self.fields:
            self.add_error(refusal.field, str(refusal))
        else:
            self.add_error(None, str(refusal))

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The contacts' fields by function."""
        return [
            (
                str(Function(one).label),
                [self[name] for name, field in self.known.items() if field.group == one],
            )
            for one in Function.values
        ]

    @property
    def own(self) -> list[Any]:
        """The BIA's own fields."""
        return [self[name] for name in self.known if name.startswith("custom:")]


class CorrectionForm(BusinessForm):
    """What a business itself may correct. Fields in `veiled` are empty, and stay as they are if left so."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        fields: Mapping[str, Field],
        record: Mapping[str, str],
        veiled: set[str],
    ) -> None:
        shown = {name: "" if name in veiled else text for name, text in record.items()}
        super().__init__(data, fields=fields, record=shown)
        for name in veiled:
            if record.get(name):
                now = _("Now %(text)s. Leave it empty to keep it.") % {"text": veil(record[name])}
                self.fields[name].help_text = now

    @property
    def business(self) -> list[Any]:
        """The fields of no contact."""
        return [self[name] for name, field in self.known.items() if not field.group]


def _widget(field: Field) -> forms.Widget:
    attributes = {"class": "input", "autocomplete": "off"}
    if field.kind == "block":
        return forms.Textarea(attrs={**attributes, "rows": 3})
    if field.kind == "language":
        return forms.Select(attrs=attributes, choices=[("", "–"), *Language.choices])
    if field.kind == "yes_no":
        return forms.Select(attrs=attributes, choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))])
    widget = forms.TextInput(attrs=attributes)
    widget.input_type = _INPUT_TYPES.get(field.kind, "text")
    return widget


class CustomFieldForm(forms.Form):
    """A field of the BIA's own."""

    label = forms.CharField(
        label=_("Name of the field"), max_length=60, widget=forms.TextInput({"class": "input"})
    )
    kind = forms.ChoiceField(
        label=_("What is written in it"),
        choices=CustomField.Kind.choices,
        widget=forms.Select({"class": "input"}),
    )


class Day(forms.DateInput):
    """The browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input"}, format="%Y-%m-%d")


class SeatForm(forms.ModelForm):  # type: ignore[type-arg]
    """A seat on the board or a committee."""

    class Meta:
        model = Seat
        fields = ["body", "role", "business", "function", "name", "starts_on", "ends_on"]
        labels = {
            "body": _("Board or committee"),
            "role": _("Role"),
            "business": _("Business"),
            "function": _("Held by its"),
            "name": _("Or a person of no business"),
            "starts_on": _("From"),
            "ends_on": _("Until (first day not held)"),
        }
        widgets = {
            "body": forms.TextInput({"class": "input", "list": "bodies", "autocomplete": "off"}),
            "role": forms.TextInput({"class": "input", "autocomplete": "off"}),
            "business": forms.Select({"class": "input"}),
            "function": forms.Select({"class": "input"}),
            "name": forms.TextInput({"class": "input", "autocomplete": "off"}),
            "starts_on": Day(),
            "ends_on": Day(),
        }

    def __init__(self, data: Any = None, *, businesses: Any) -> None:
        super().__init__(data)
        self.fields["business"].queryset = businesses  # type: ignore[attr-defined]
        self.fields["business"].empty_label = _("None of them")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Somebody holds it, and it ends after it began."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("business") and not cleaned.get("name"):
            self.add_error("business", _("Choose a business, or write a person's name."))
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("It would end before it begins. Choose a later day."))
        return cleaned
