"""HTML input → clean values. What actions refuse is shown beside the field it speaks of."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from cityalert.joining.actions.applying import Said
from cityalert.joining.models import Check
from cityalert.lib.forms import RefusableForm
from cityalert.lib.language import Language
from partners.models import Partner

# Nothing is chosen for them: what stands first would be what many are by mistake.
_KINDS = [("", "–"), *Partner.Kind.choices]
_SALT = "joining: when the form was fetched"
# Nobody fills the form in so quickly; who took longer than a day gets a fresh one.
SHORTEST = timedelta(seconds=3)
LONGEST = timedelta(days=1)


def began_at(at: datetime) -> str:
    """A sealed moment, for the form's hidden field."""
    return signing.dumps(at.timestamp(), salt=_SALT)


class ApplicationForm(RefusableForm):
    """What an organisation says of itself."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=160,
        help_text=_("As it is registered, in full."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=_KINDS)
    address = forms.CharField(
        label=_("Address"), max_length=200, widget=forms.TextInput({"autocomplete": "street-address"})
    )
    website = forms.CharField(
        label=_("Web site"),
        max_length=200,
        help_text=_("For instance example.ca"),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "url"}),
    )
    contact_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    contact_role = forms.CharField(
        label=_("Your position"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail at the organisation"),
        help_text=_("A link is sent there to confirm it."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        label=_("Your telephone"),
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    sponsor_name = forms.CharField(
        label=_("A partner who knows you"),
        max_length=160,
        required=False,
        help_text=_("If there is one: for instance your police division, or your business improvement area."),
    )
    why = forms.CharField(
        label=_("Why you want to join"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Whom you look after, and what you would like to hear of."),
    )

    def clean_website(self) -> str:
        """With a scheme, and one of the web's."""
        text: str = self.cleaned_data["website"].strip()
        if "://" not in text:
            text = f"https://{text}"
        URLValidator(
            schemes=["http", "https"],
            message=_(
                "This is no web address. Write it as it stands in the browser, for instance example.ca."
            ),
        )(text)
        return text

    def said(self) -> Said:
        """As the actions take it."""
        return cast(Said, {name: self.cleaned_data[name] for name in Said.__annotations__})


class FirstApplicationForm(ApplicationForm):
    """From a stranger: without a puzzle, but not by a machine in a hurry."""

    # People do not see it; what fills in every field does.
    fax = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))
    began = forms.CharField(widget=forms.HiddenInput, required=False)

    def is_machine(self) -> bool:
        """Was the field filled in that people do not see?"""
        return bool(self.data.get("fax"))

    def is_hasty(self, at: datetime) -> bool:
        """Was it sent quicker than anybody types, or with no form fetched before?"""
        try:
            began = signing.loads(self.data.get("began", ""), salt=_SALT, max_age=LONGEST)
        except signing.BadSignature:
            return True
        return at.timestamp() - float(began) < SHORTEST.total_seconds()


class ChangedApplicationForm(ApplicationForm):
    """Of a returned application: the address is the one the link went to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_email"].disabled = True
        self.fields["contact_email"].help_text = _("Confirmed; another address is another application.")


class LinkForm(RefusableForm):
    """Where to send a new link."""

    email = forms.EmailField(label=_("Your e-mail"), widget=forms.EmailInput({"autocomplete": "email"}))


class SignTextForm(RefusableForm):
    """Who signs for the applicant, as what."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    role = forms.CharField(label=_("Your position"), max_length=120)
    may_sign = forms.BooleanField(
        label=_("I have read the text and may sign for my organisation."),
        error_messages={
            "required": _("Tick this if you may sign for your organisation. If not, ask who may.")
        },
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)


class CallBackForm(RefusableForm):
    """A call to a number that the applicant did not give."""

    number = forms.CharField(
        label=_("Number called"),
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
    )
    number_found = forms.CharField(
        label=_("Where you found it"),
        max_length=200,
        help_text=_("The city’s directory, an invoice, their sign"),
    )
    called_at = forms.DateTimeField(
        label=_("When you called"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    spoke_with = forms.CharField(label=_("Whom you spoke with"), max_length=120)
    found = forms.CharField(
        label=_("What they said"),
        max_length=500,
        help_text=_("Do they know the contact, and of the application?"),
    )


class IdentityForm(RefusableForm):
    """Their domain, or a document."""

    kind = forms.ChoiceField(
        label=_("What you checked"),
        choices=[(k.value, k.label) for k in (Check.Kind.DOMAIN, Check.Kind.DOCUMENT)],
    )
    found = forms.CharField(
        label=_("How, and what you found"),
        max_length=500,
        help_text=_("For instance: registered since 2009 to the same address; the e-mail’s domain is theirs"),
    )


class ReasonForm(RefusableForm):
    """Why."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea({"rows": 2}))


class SponsorForm(RefusableForm):
    """Which partner to ask."""

    partner = forms.ModelChoiceField(
        label=_("Partner"), queryset=Partner.objects.none(), empty_label=_("Choose a partner")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Partner.objects.filter(is_active=True).only("pk", "name")
        cast(forms.ModelChoiceField[Partner], self.fields["partner"]).queryset = active


class ApproveForm(RefusableForm):
    """The last two things a new partner needs."""

    short_name = forms.CharField(
        label=_("Short name"), max_length=40, help_text=_("Begins every text message of theirs")
    )
    network_role = forms.CharField(
        label=_("Your position"),
        max_length=120,
        help_text=_("Stands beside your signature under the agreements"),
    )


class VouchForm(RefusableForm):
    """A partner's answer."""

    words = forms.CharField(
        label=_("How you know them, or why you do not vouch for them"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )


class ApproachForm(RefusableForm):
    """Whom to ask to apply."""

    name = forms.CharField(label=_("Organisation"), max_length=160)
    kind = forms.ChoiceField(label=_("What it is"), choices=_KINDS)
    contact_name = forms.CharField(label=_("Name"), max_length=120)
    contact_email = forms.EmailField(label=_("E-mail"))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
