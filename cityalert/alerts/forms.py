"""What the writing pages post → clean values for `actions`. Rules live there; here they become form errors."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import audience_words, blanks, content, participants, queries, readiness, sharing
from cityalert.alerts.models import MARGIN_AT_MOST, Alert, Info
from cityalert.alerts.readiness import NotReady
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import LONGEST
from cityalert.geo import queries as geo
from cityalert.geo import shapes
from cityalert.geo.shapes import ShapeRefused
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from partners.models import Partner
from partners.roles import Role
from partners.sectors import MANY

# Beside the model's own fields, what the form gives `actions.edit` as it is.
_MORE = (*audience_words.FIELDS, *participants.FIELDS, "expires_at", "onset_at", "shapes")
_FAR_MIN = 2 * LONGEST // timedelta(minutes=1)
_ROWS = {"headline": 1, "instruction": 3, "description": 4}
CLOCKS_CHANGE = _(
    "The clocks change in that night: this hour does not exist, or comes twice. Choose another."
)
NOTHING_DRAWN = '{"shapes": [], "zones": []}'


class LocalDateTime(forms.DateTimeInput):
    """The browser's own picker; it speaks without seconds and without offset, in the city's time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LocalMoment(forms.DateTimeField):
    """A moment in the city's time. In the night the clocks change one hour does not exist, and one comes twice."""

    widget = LocalDateTime

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False)

    def clean(self, value: Any) -> Any:
        """Aware, or a sentence a person can act on."""
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            if error.code == "ambiguous_timezone":
                raise forms.ValidationError(CLOCKS_CHANGE) from error
            raise


class AlertForm(forms.ModelForm):  # type: ignore[type-arg]
    """One alert with its words in every language ("en_headline", …) and its area ("shapes": the editor's JSON).

    When it ends is either `expires_at` or `expires_in_min` from now. Nothing is saved here: `changes()` goes to
    `actions.edit`. A form with errors keeps what was typed.
    """

    shapes = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    expires_at = LocalMoment(label=_("Ends"))
    onset_at = LocalMoment(label=_("Begins"))
    expires_in_min = forms.IntegerField(
        label=_("Ends in (minutes)"),
        required=False,
        min_value=1,
        max_value=LONGEST // timedelta(minutes=1),
    )
    escalate_after_min = forms.IntegerField(
        label=_("Call up deputies after (minutes)"), required=False, min_value=1, max_value=1440
    )
    audience_kinds = forms.MultipleChoiceField(
        label=_("Only partners of these kinds"), required=False, choices=Partner.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    audience_roles = forms.MultipleChoiceField(
        label=_("Only members in these roles"), required=False, choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    audience_sectors = forms.MultipleChoiceField(
        label=_("Only these sectors"), required=False, choices=list(MANY.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    audience_groups = forms.TypedMultipleChoiceField(
        label=_("Only these groups"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    audience_margin_m = forms.IntegerField(
        label=_("Also around the area (metres)"), required=False, min_value=0, max_value=MARGIN_AT_MOST
    )

    invited_partners = forms.TypedMultipleChoiceField(
        label=_("Partners that take part"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    invited_members = forms.TypedMultipleChoiceField(
        label=_("Single members of ours"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    # Where the map can show what is wrong with the area: [lon, lat].
    shape_detail: Mapping[str, Any]

    class Meta:
        model = Alert
        fields: ClassVar[list[str]] = [
            "status", "scope", "event", "category", "response_type", "urgency", "severity", "certainty", "tlp",
            "area_desc", "area_desc_fr", "escalate_after_min", "asks_response", "exercise_note",
        ]  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Alert, at: datetime) -> None:
        self.at = at
        self.shape_detail = {}
        super().__init__(data, instance=instance, initial=_initial(instance))
        self.fields |= word_fields() | blank_fields(instance.template)
        choices = [(group.pk, sharing.called(group)) for group in queries.groups_to_choose(instance)]
        self.fields["audience_groups"].choices = choices  # type: ignore[attr-defined]
        # Asked only where they are shown or chosen: most alerts are real.
        for name, known in participants.choices(instance.partner, instance).items():
            self.fields[name].choices = known  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            _dress(name, field)
        if instance.template:
            for name in instance.template.locked:
                for language in Language.values:
                    self.fields[f"{language}_{name}"].widget.attrs["readonly"] = True

    @property
    def blanks(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What is to be filled in: its name, and a field for each language."""
        return bound_blanks(self, self.instance.template)

    def follow(self, alert: Alert) -> list[str]:
        """Show prepared words as they are kept; the names of those that are no longer as they were typed."""
        if not alert.template:
            return []
        shown: Any = self.data.copy()  # type: ignore[attr-defined]
        kept = _words_of(alert)
        moved = [
            name for name, text in kept.items() if name not in self.errors and _typed(shown, name) != text
        ]
        for name in moved:
            shown[name] = kept[name]
        self.data = shown
        return moved

    def clean_audience_margin_m(self) -> int:
        """Nothing written is none."""
        return self.cleaned_data["audience_margin_m"] or 0

    def clean_shapes(self) -> dict[str, Any] | None:
        """The editor's value, or the sentence that says what is wrong with it. Nothing drawn is no error yet."""
        try:
            area = geo.area_of(self.cleaned_data["shapes"])
            readiness.check_place(self.instance, area.geometry)
        except ShapeRefused as refused:
            if refused.sentence is shapes.EMPTY:
                return None
            self.shape_detail = refused.detail
            raise forms.ValidationError(refused.sentence) from refused
        return area.shapes

    def clean(self) -> dict[str, Any]:
        """When it ends, said in one of two ways."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        minutes = cleaned.get("expires_in_min")
        if minutes:
            cleaned["expires_at"] = self.at + timedelta(minutes=minutes)
        if "expires_at" not in self.errors and "expires_in_min" not in self.errors:
            self._check_end(cleaned.get("expires_at"))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The clean values as `actions.edit` takes them; what has an error is left out, and stays as it was."""
        clean = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        values = {name: clean[name] for name in (*self.Meta.fields, *_MORE) if name in clean}
        values["words"] = said(clean)
        if self.instance.template:
            values["blanks"] = filled_in(self.instance.template, clean)
        return values

    def refuse(self, refusal: Refusal) -> None:
        """Show beside its field what `actions.edit` refused."""
        name = "shapes" if refusal.field == "area" else refusal.field
        self.add_error(name if name in self.fields else None, str(refusal))

    def _check_end(self, expires_at: datetime | None) -> None:
        probe = Alert(expires_at=expires_at)
        try:
            readiness.check_expiry(probe, self.at)
        except NotReady as refused:
            self.add_error("expires_at", str(refused))

    def _post_clean(self) -> None:
        """The instance stays as it is: only `actions.edit` changes an alert."""


class WordsForm(forms.Form):
    """Only the words, in every language: all that a cancel may still say."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Alert) -> None:
        super().__init__(data, initial=_words_of(instance))
        self.fields |= word_fields()
        for name, field in self.fields.items():
            _dress(name, field)

    def changes(self) -> dict[str, Any]:
        """The clean values as `actions.edit` takes them."""
        return {"words": said(self.cleaned_data)}

    def refuse(self, refusal: Refusal) -> None:
        """Show beside its field what an action refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def word_fields() -> dict[str, forms.Field]:
    """A field for each of the words, in each language: "en_headline" and its like."""
    fields = {}
    for language in Language.values:
        for name, field in forms.fields_for_model(Info, content.WORDS).items():
            if field is not None:
                field.widget.attrs |= {"lang": language, "rows": _ROWS[name]}
                fields[f"{language}_{name}"] = field
    return fields


def said(clean: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The words of a form, as `actions.edit` takes them."""
    return {
        language: {
            name: clean[f"{language}_{name}"] for name in content.WORDS if f"{language}_{name}" in clean
        }
        for language in Language.values
    }


def blank_fields(template: Template | None) -> dict[str, forms.Field]:
    """A small field for each blank of a template, in each language; empty means as in the other."""
    fields: dict[str, forms.Field] = {}
    for place, _name in enumerate(template.blanks if template else ()):
        for language in Language.values:
            field = forms.CharField(required=False, max_length=blanks.LONGEST)
            field.widget.attrs |= {"lang": language}
            fields[f"blank_{language}_{place}"] = field
    return fields


def bound_blanks(form: forms.BaseForm, template: Template | None) -> list[tuple[str, list[forms.BoundField]]]:
    """Of a form with such fields: what each blank is called, and its field for each language."""
    return [
        (blanks.called(name), [form[f"blank_{language}_{place}"] for language in Language.values])
        for place, name in enumerate(template.blanks if template else ())
    ]


def filled_in(template: Template, clean: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What was filled in, per language, under the names of the blanks."""
    return {
        language: {
            name: clean.get(f"blank_{language}_{place}", "") for place, name in enumerate(template.blanks)
        }
        for language in Language.values
    }


def _dress(name: str, field: forms.Field) -> None:
    """The style sheet's class, and a tie to the place where the field's fault is said."""
    widget = field.widget
    if isinstance(widget, forms.TextInput | forms.NumberInput | forms.Textarea | forms.Select):
        widget.attrs["class"] = "input"
    widget.attrs["aria-describedby"] = f"fault-{name}"


def _typed(data: Mapping[str, Any], name: str) -> str:
    clean = words.line if name.endswith("headline") else words.block
    return clean(str(data.get(name, "")))


def _words_of(alert: Alert) -> dict[str, Any]:
    return {
        f"{info.language}_{name}": getattr(info, name) for info in alert.infos.all() for name in content.WORDS
    }


def _initial(alert: Alert) -> dict[str, Any]:
    return {
        "shapes": json.dumps(alert.shapes) if alert.shapes else NOTHING_DRAWN,
        "expires_at": alert.expires_at,
        "onset_at": alert.onset_at,
        **{name: getattr(alert, name) for name in (*audience_words.FIELDS, *participants.FIELDS)},
        **_words_of(alert),
        **{
            f"blank_{language}_{place}": alert.blanks.get(language, {}).get(name, "")
            for language in Language.values
            for place, name in enumerate(alert.template.blanks if alert.template else ())
        },
    }
