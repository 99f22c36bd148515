"""HTML input → clean values: a signature, and a text to publish."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cityalert.agreements.rules import Kind
from cityalert.lib.forms import RefusableForm


class SignForm(RefusableForm):
    """Who signs, as what, and that they may."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    role = forms.CharField(
        label=_("Your position"),
        max_length=120,
        help_text=_("As it stands on a business card: director of security, principal"),
    )
    may_sign = forms.BooleanField(
        label=_("I have read the text and may sign for my organisation."),
        error_messages={
            "required": _("Tick this if you may sign for your organisation. If not, ask who may.")
        },
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)


class CountersignForm(RefusableForm):
    """As what somebody signs for the network."""

    role = forms.CharField(label=_("Your position"), max_length=120)


class PublishForm(RefusableForm):
    """A new version of a text."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    text_en = forms.CharField(
        label=_("English text"), max_length=60_000, widget=forms.Textarea({"lang": "en", "rows": 14})
    )
    text_fr = forms.CharField(
        label=_("French text"), max_length=60_000, widget=forms.Textarea({"lang": "fr", "rows": 14})
    )
    valid_months = forms.IntegerField(
        label=_("Months a signature is valid"),
        min_value=1,
        max_value=120,
        initial=36,
    )
    required_on = forms.DateField(
        label=_("Required from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From this day on, whoever has signed no version is stopped. Leave time to sign."),
    )

    def values(self) -> dict[str, Any]:
        """As `actions.publish` takes them."""
        clean = self.cleaned_data
        begins = datetime.combine(clean["required_on"], time.min)
        return {
            "kind": Kind(clean["kind"]),
            "texts": (clean["text_en"], clean["text_fr"]),
            "valid_months": clean["valid_months"],
            "required_from": timezone.make_aware(begins),
        }
