"""Forms about members: what is typed becomes clean values; the rules are those of the verbs."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cityalert.lib import words
from cityalert.lib.language import Language
from partners.actor import Actor
from partners.models import Membership, Site
from partners.roles import Role

CALL_ORDERS = [(1, _("First: told at once")), (2, _("Deputy: told when nobody answered"))]


class Plain(forms.Form):
    """Fields in the product's own dress."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")


class Day(forms.DateField):
    """A day as browsers write it, within this century."""

    EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        said = _("Choose a day between 2000 and 2099.")
        within = [MinValueValidator(self.EARLIEST, said), MaxValueValidator(self.LATEST, said)]
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%d"], validators=within, required=False, **kwargs
        )


class Line(forms.CharField):
    """One line that can be read."""

    def to_python(self, value: Any) -> str:
        """Without what is invisible."""
        return words.line(super().to_python(value) or "")


class NewPersonForm(Plain):
    """What somebody new says of themselves when they accept an invitation."""

    name = Line(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Your language"), choices=Language.choices)
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a few words are easier to remember than symbols."),
    )


class TermsForm(Plain):
    """What a membership says: role, unit, site, call order, days."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    unit = Line(
        label=_("Unit"), max_length=80, required=False, help_text=_("For example: 52 Division, night desk")
    )
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("All sites"),
        help_text=_("Told only about this site"),
    )
    call_order = forms.TypedChoiceField(label=_("Call order"), choices=CALL_ORDERS, coerce=int, initial=1)
    last_day = Day(label=_("Last day"), help_text=_("Empty: until further notice"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site: Any = self.fields["site"]
        site.queryset = Site.objects.filter(partner=actor.partner)
        if actor.membership.role != Role.OWNER:
            role: Any = self.fields["role"]
            role.choices = [choice for choice in Role.choices if choice[0] != Role.OWNER]

    def said(self, names: Iterable[str]) -> dict[str, Any]:
        """What was typed into these fields, in the words of the verbs."""
        said = {name: self.cleaned_data[name] for name in names}
        if "role" in said:
            said["role"] = Role(said["role"])
        if "first_day" in said:
            said["valid_from"] = _begin(said.pop("first_day"))
        if "last_day" in said:
            day = said.pop("last_day")
            said["valid_until"] = _begin(day + timedelta(days=1)) if day else None
        return said


class MemberForm(TermsForm):
    """Changing a membership."""

    first_day = Day(label=_("First day"))
    field_order = ["role", "unit", "site", "call_order", "first_day", "last_day"]

    def __init__(self, actor: Actor, membership: Membership, *args: Any, **kwargs: Any) -> None:
        until = membership.valid_until
        initial = {
            "role": membership.role,
            "unit": membership.unit,
            "site": membership.site_id,
            "call_order": membership.call_order,
            "first_day": timezone.localdate(membership.valid_from),
            "last_day": timezone.localdate(until - timedelta(microseconds=1)) if until else None,
        }
        super().__init__(actor, *args, initial=initial, **kwargs)
        self.fields["first_day"].required = True

    def changes(self) -> dict[str, Any]:
        """Only what was changed: a day that stays does not move the moment within it."""
        return self.said(self.changed_data)


class InviteForm(TermsForm):
    """Asking somebody to become a member."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = Line(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, help_text=_("The mail is written in it")
    )
    field_order = ["email", "name", "language", "role", "unit", "site", "call_order", "last_day"]

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        initial = {"role": Role.OPERATOR, "language": actor.language}
        super().__init__(actor, *args, initial=initial, **kwargs)

    def invitation(self) -> dict[str, Any]:
        """All of it."""
        said = self.said(self.fields)
        return {**said, "language": Language(said["language"])}


def _begin(day: Any) -> datetime:
    """The first moment of a day, by the city's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))
