"""What the page of a site posts → clean values for `actions`. Rules live there; here they become form errors."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.lib.refusals import Refusal
from partners import premises
from partners.models import Site
from partners.sectors import Sector
from partners.sites import actions, location

_TURNS = range(1, actions.MAX_KEYHOLDERS + 1)


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """One site, with a line for each weekday ("day_0": Monday) and for each keyholder ("holder_1", "phone_1")."""

    location = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        required=False,
        choices=[("", "–"), *Sector.choices],
        help_text=gettext_lazy("Empty: the partner's"),
    )
    floors = forms.IntegerField(label=gettext_lazy("Floors"), required=False, min_value=1, max_value=200)
    capacity = forms.IntegerField(
        label=gettext_lazy("Capacity"),
        required=False,
        min_value=1,
        max_value=500_000,
        help_text=gettext_lazy("How many people it may hold"),
    )

    class Meta:
        model = Site
        fields = [
            "name", "address", "sector", "location", "floors", "capacity", "hours_note",
            "hazards", "hazards_note", "meeting_point", "notes",
        ]  # fmt: skip
        widgets = {"hazards": forms.CheckboxSelectMultiple, "notes": forms.Textarea(attrs={"rows": 4})}
        field_classes = {"location": forms.CharField}

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Site, at: datetime) -> None:
        self.at = at
        super().__init__(data, instance=instance)
        self.fields["hazards"] = forms.MultipleChoiceField(
            label=_("Hazards"),
            required=False,
            choices=premises.Hazard.choices,
            widget=forms.CheckboxSelectMultiple,
        )
        self.initial["location"] = location.write(instance.location)
        for day, name in enumerate(premises.WEEKDAYS):
            self.fields[f"day_{day}"] = forms.CharField(label=name, required=False, max_length=80)
            self.initial[f"day_{day}"] = premises.write_day(instance.hours.get(str(day)))
        held = list(instance.keyholders.all()) if not instance._state.adding else []
        for turn in _TURNS:
            one = held[turn - 1] if turn <= len(held) else None
            self.fields[f"holder_{turn}"] = forms.CharField(label=_("Name"), required=False, max_length=120)
            self.fields[f"phone_{turn}"] = forms.CharField(
                label=_("Telephone"), required=False, max_length=40
            )
            self.initial[f"holder_{turn}"] = one.name if one else ""
            self.initial[f"phone_{turn}"] = one.phone if one else ""
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput | forms.NumberInput | forms.Textarea | forms.Select):
                field.widget.attrs["class"] = "input"

    def clean_location(self) -> GEOSGeometry:
        """The place: what was drawn, or else what the address means; or the sentence that says what is wrong."""
        drawn, address = self.cleaned_data["location"], self.cleaned_data.get("address", "")
        try:
            if location.is_drawn(drawn) or not address:
                return location.read(drawn)
            return location.of_address(address, at=self.at)
        except Refusal as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        """Hours and keyholders, from their lines."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["hours"] = dict(self._hours(cleaned))
        cleaned["keyholders"] = list(self._keyholders(cleaned))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The clean values as `actions.add` and `actions.edit` take them."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "hours", "keyholders")}

    def refuse(self, refusal: Refusal) -> None:
        """Show beside its field what an action refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def weekdays(self) -> list[forms.BoundField]:
        """The lines of the weekdays."""
        return [self[f"day_{day}"] for day in range(7)]

    def holders(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines of the keyholders: name and telephone."""
        return [(self[f"holder_{turn}"], self[f"phone_{turn}"]) for turn in _TURNS]

    def _hours(self, cleaned: Mapping[str, Any]) -> Iterator[tuple[str, list[list[str]]]]:
        for day in range(7):
            try:
                periods = premises.read_day(cleaned.get(f"day_{day}", ""))
            except premises.HoursRefused as refused:
                self.add_error(f"day_{day}", str(refused))
                continue
            if periods is not None:
                yield str(day), periods

    def _keyholders(self, cleaned: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for turn in _TURNS:
            name, phone = cleaned.get(f"holder_{turn}", ""), cleaned.get(f"phone_{turn}", "")
            if not name and not phone:
                continue
            try:
                actions.phone_of(phone)
                if not name:
                    raise actions.KeyholderRefused
            except actions.KeyholderRefused as refused:
                self.add_error(f"phone_{turn}" if name else f"holder_{turn}", str(refused))
                continue
            yield name, phone

    def _post_clean(self) -> None:
        """The instance stays as it is: only the actions change a site."""


class FileForm(forms.Form):
    """A file of sites."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=True)
