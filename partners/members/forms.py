"""Forms about members: what is typed becomes clean values; the rules are those of the verbs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cityalert.lib.language import Language


class NewPersonForm(forms.Form):
    """What somebody new says of themselves when they accept an invitation."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Your language"), choices=Language.choices)
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a few words are easier to remember than symbols."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")
        self.fields["name"].widget.attrs["autocomplete"] = "name"
