"""The controls on the behaviour page: what was typed becomes values. Nothing is changed here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cityalert.sandbox.accepting import E164
from cityalert.sandbox.behaviour import Callbacks, Fault, MailFault
from cityalert.sandbox.errors import IMMEDIATE, LATE
from cityalert.sandbox.phones import plain
from cityalert.sandbox.provider import Changes
from cityalert.sandbox.push import PushFault

FAULTS = {
    Fault.ERROR: _("Refuse it, with a code"),
    Fault.DROP: _("Close the connection, not accepted"),
    Fault.HANG: _("Accept it and never answer"),
    Fault.DROP_AFTER: _("Accept it and close the connection"),
    Fault.UNDELIVERED: _("Accept it, and let the network fail"),
}
MAIL_FAULTS = {
    MailFault.REFUSE: _("Refuse the recipient (550)"),
    MailFault.DEFER: _("Ask to try later (451)"),
    MailFault.DROP: _("Close the connection, not accepted"),
    MailFault.HANG: _("Accept it and never answer"),
}
PUSH_FAULTS = {
    PushFault.GONE: _("The browser has ended its subscription (410)"),
    PushFault.SLOW_DOWN: _("Ask to slow down (429)"),
    PushFault.ERROR: _("Answer with a fault (500)"),
    PushFault.DROP: _("Close the connection, not accepted"),
    PushFault.HANG: _("Accept it and never answer"),
}

_CODES: dict[Fault, frozenset[int]] = {
    Fault.ERROR: frozenset(IMMEDIATE),
    Fault.UNDELIVERED: frozenset(LATE),
}


class PaceForm(forms.Form):
    """How quick Twilio is, and how it tells of a message's states."""

    latency = forms.IntegerField(
        label=_("Answers after (ms)"), min_value=0, max_value=120_000, help_text=_("0 is at once.")
    )
    per_second = forms.IntegerField(
        label=_("Messages a second"),
        min_value=0,
        max_value=10_000,
        help_text=_("More get 429. 0 is no limit."),
    )
    delay = forms.IntegerField(label=_("Call-backs late by (ms)"), min_value=0, max_value=120_000)
    copies = forms.IntegerField(label=_("Copies of each call-back"), min_value=1, max_value=9)
    reordered = forms.BooleanField(label=_("Last state first"), required=False)
    dropped = forms.BooleanField(label=_("No call-backs at all"), required=False)
    forged = forms.BooleanField(label=_("Forged signature"), required=False)

    def changes(self) -> Changes:
        """What to hand to `Twilio.behave`."""
        said = self.cleaned_data
        return {
            "latency": said["latency"] / 1000,
            "per_second": said["per_second"],
            "callbacks": Callbacks(
                dropped=said["dropped"],
                forged=said["forged"],
                reordered=said["reordered"],
                copies=said["copies"],
                delay=said["delay"] / 1000,
            ),
        }


class Repeated(forms.Form):
    """Something that happens so often."""

    times = forms.IntegerField(
        label=_("How often"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: until calm."),
    )


class FaultForm(Repeated):
    """A fault for the next text messages."""

    field_order = ["fault", "code", "times", "to"]

    fault = forms.ChoiceField(
        label=_("What happens"), choices=[(f.value, words) for f, words in FAULTS.items()]
    )
    code = forms.IntegerField(
        label=_("Twilio's code"), required=False, help_text=_("For example 20429 or 30005.")
    )
    to = forms.CharField(
        label=_("Only to"), required=False, max_length=24, help_text=_("Empty: every number.")
    )

    def clean_fault(self) -> Fault:
        """As the enumeration."""
        return Fault(self.cleaned_data["fault"])

    def clean_to(self) -> str:
        """In E.164 form."""
        number = plain(self.cleaned_data["to"])
        if number and not E164.fullmatch(number):
            raise forms.ValidationError(_("That is no number like +14165550101."))
        return number

    def clean(self) -> None:
        """A code must fit the fault."""
        fault, code = self.cleaned_data.get("fault"), self.cleaned_data.get("code")
        known = _CODES.get(fault) if fault else None
        if code and known is not None and code not in known:
            sentence = _("Twilio does not say that here. Known are %(codes)s.")
            self.add_error("code", sentence % {"codes": ", ".join(map(str, sorted(known)))})


class MailFaultForm(Repeated):
    """A fault for the next e-mails."""

    field_order = ["fault", "times", "to"]

    fault = forms.ChoiceField(
        label=_("What happens"), choices=[(f.value, words) for f, words in MAIL_FAULTS.items()]
    )
    to = forms.EmailField(label=_("Only to"), required=False, help_text=_("Empty: every address."))

    def clean_fault(self) -> MailFault:
        """As the enumeration."""
        return MailFault(self.cleaned_data["fault"])


class PushFaultForm(Repeated):
    """A fault for the next push messages."""

    field_order = ["fault", "times"]

    fault = forms.ChoiceField(
        label=_("What happens"), choices=[(f.value, words) for f, words in PUSH_FAULTS.items()]
    )

    def clean_fault(self) -> PushFault:
        """As the enumeration."""
        return PushFault(self.cleaned_data["fault"])


class TextForm(forms.Form):
    """What a person writes on a phone."""

    text = forms.CharField(label=_("Message"), max_length=1600)
