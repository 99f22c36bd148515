"""HTML input → clean values: an address, and what a resident wants to hear there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from cityalert.lib import phones, words
from cityalert.lib.forms import RefusableForm
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from cityalert.preferences.places import PlacesForm
from cityalert.subscriptions.models import ContactPoint
from cityalert.subscriptions.wishes import Wish

Channel = ContactPoint.Channel
_FROM = [
    (Severity.UNKNOWN, _("everything")),
    (Severity.MODERATE, _("what is moderate, and graver")),
    (Severity.SEVERE, _("what is severe or extreme")),
    (Severity.EXTREME, _("extreme danger only")),
]


class AddressForm(RefusableForm):
    """A number or an address. A text costs money: it takes a piece of work that a script does."""

    channel = forms.ChoiceField(choices=[(Channel.EMAIL, _("E-mail")), (Channel.SMS, _("Text message"))])
    address = forms.CharField(label=_("E-mail address or telephone number"), max_length=254)
    work = forms.CharField(required=False, widget=forms.HiddenInput)
    found = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The address as it is stored."""
        clean = super().clean() or {}
        channel, address = clean.get("channel"), words.line(clean.get("address", ""))
        if channel == Channel.SMS and address:
            clean["address"] = phones.textable(address)
            if not clean["address"]:
                self.add_error(
                    "address",
                    _(
                        "That is no telephone in Canada or the United States that takes texts."
                        " Write it as 416-555-0123."
                    ),
                )
        elif channel == Channel.EMAIL and address:
            clean["address"] = address.lower()
            try:
                validate_email(clean["address"])
            except ValidationError:
                self.add_error("address", _("That is no e-mail address. Write it as name@example.ca."))
        return clean


class WishForm(PlacesForm):
    """Places, topics, from which severity on, in which language."""

    severity = forms.TypedChoiceField(label=_("How grave"), choices=_FROM, coerce=int)
    language = forms.ChoiceField(label=_("Language of the alerts"), choices=Language.choices)

    def wish(self) -> Wish:
        """What they want."""
        return {
            "places": self.places,
            "topics": self.chosen_topics(),
            "severity": self.cleaned_data["severity"],
        }


class SubscribeForm(WishForm, AddressForm):
    """All of it, and that they want it."""

    agreed = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].error_messages["required"] = _(
            "Tick the box: without it we may not write to you."
        )
