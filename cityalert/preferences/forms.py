"""HTML input → clean values: when somebody wants to be told, and when they are away."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cityalert.lib.forms import RefusableForm
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from cityalert.lib.zones import Zone
from cityalert.subscriptions.times import Times
from partners.models import Membership

_WAKES = [
    (Severity.MODERATE, _("what is moderate, and graver")),
    (Severity.SEVERE, _("what is severe or extreme")),
    (Severity.EXTREME, _("extreme danger only")),
]


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class AwayForm(RefusableForm):
    """From when until when, and who stands in."""

    begins_at = forms.DateTimeField(label=_("Away from"), widget=_moment())
    ends_at = forms.DateTimeField(label=_("Back on"), widget=_moment())
    stand_in = forms.TypedChoiceField(
        label=_("Your alerts go to"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, colleagues: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stand_in"]
        field.choices = [("", _("nobody")), *((one.pk, one.user.name) for one in colleagues)]


class TimesForm(RefusableForm):
    """Quiet hours, and what comes all the same; the language. Members and residents have the same."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=_("until"), required=False, widget=_clock())
    wakes_from = forms.TypedChoiceField(label=_("Wakes you all the same"), choices=_WAKES, coerce=int)
    zone = forms.ChoiceField(label=_("By the clock of"), required=False)
    digest_at = forms.TimeField(
        label=_("Minor alerts in one e-mail a day, at"), required=False, widget=_clock()
    )
    language = forms.ChoiceField(label=_("Language of the alerts"), choices=Language.choices)

    def __init__(self, *args: Any, now: Times, with_language: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, initial=asdict(now), **kwargs)
        self._now = now
        if not with_language:
            del self.fields["language"]
        zone: Any = self.fields["zone"]
        zone.choices = [
            ("", settings.CITY_NAME),
            *(one for one in Zone.choices if one[0] != settings.TIME_ZONE),
        ]

    def clean(self) -> dict[str, Any]:
        """Both ends or none, and a night that has a length."""
        clean = super().clean() or {}
        begins, ends = clean.get("quiet_from"), clean.get("quiet_until")
        if self.errors:
            return clean
        if (begins is None) != (ends is None):
            self.add_error(
                "quiet_until" if ends is None else "quiet_from",
                _("Say both, from when and until when; or neither, and nothing waits."),
            )
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("That would be quiet all day. Choose another time."))
        return clean

    def times(self) -> Times:
        """What they want."""
        return replace(self._now, **self.cleaned_data)
