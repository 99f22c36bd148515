"""What the page of a new drill posts → clean values for `planning.plan`."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import content, participants, prepared
from cityalert.alerts.forms import blank_fields, bound_blanks, filled_in
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import Status
from cityalert.exercises.models import LONGEST_MIN, NOT_REAL, SHORTEST_MIN
from cityalert.exercises.planning import SAID
from cityalert.exercises.rhythm import Rhythm
from cityalert.lib.forms import RefusableForm
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from partners.actor import Actor

# Of the world's, those of Canada: a city's partners stand in one, and may have people in another.
ZONES = (
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg", "America/Regina", "America/Edmonton",
    "America/Vancouver", "UTC",
)  # fmt: skip
_BEFORE = [
    (0, _("Not beforehand")), (15, _("15 minutes before")), (60, _("One hour before")), (24 * 60, _("One day before")),
    (7 * 24 * 60, _("One week before")),
]  # fmt: skip
_LABELS = {"headline": _("Headline"), "instruction": _("What to do")}
_START = {
    "en": {
        "headline": "Monthly check of this network",
        "instruction": "Say that you have it. There is nothing else to do.",
    },
    "fr": {
        "headline": "Vérification mensuelle de ce réseau",
        "instruction": "Dites que vous l'avez reçu. Il n'y a rien d'autre à faire.",
    },
}


class DrillForm(RefusableForm):
    """One drill: what is said, to whom, when. It has words of its own, or the blanks of a template."""

    name = forms.CharField(label=_("Name of the exercise"), max_length=120)
    status = forms.ChoiceField(label=_("Kind"), choices=NOT_REAL, initial=Status.EXERCISE.value)
    severity = forms.TypedChoiceField(
        label=_("As severe as"), choices=list(reversed(Severity.choices)), coerce=int, initial=Severity.SEVERE.value,
        help_text=_("Who stopped messages of this severity does not get it."),
    )  # fmt: skip
    lasts_min = forms.IntegerField(
        label=_("Lasts (minutes)"), min_value=SHORTEST_MIN, max_value=LONGEST_MIN, initial=30
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, initial=Rhythm.MONTHLY.value)
    first_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    wall_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField(label=_("Time zone"))
    announce_min = forms.TypedChoiceField(label=_("Announced"), choices=_BEFORE, coerce=int, initial=24 * 60)
    invited_partners = forms.TypedMultipleChoiceField(
        required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    invited_members = forms.TypedMultipleChoiceField(
        required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    template = forms.ChoiceField(label=_("Template"), required=False)

    # Whose words it takes, if it has none of its own.
    taken: Template | None

    def __init__(self, data: Any = None, *, actor: Actor, template: str = "") -> None:
        super().__init__(data, initial={"template": template})
        own = settings.TIME_ZONE
        zones = [own, *(one for one in ZONES if one != own)]
        self.fields["zone"].choices = [(one, one.replace("_", " ")) for one in zones]  # type: ignore[attr-defined]
        self.fields["invited_partners"].choices = participants.partners_for(actor.partner)  # type: ignore[attr-defined]
        self.fields["invited_members"].choices = [  # type: ignore[attr-defined]
            (one.pk, one.user.name) for one in participants.members_of(actor.partner)
        ]
        usable = prepared.templates(actor.partner_id)
        named = [(one.key, str(one)) for one in usable]
        self.fields["template"].choices = [("", _("Words of your own")), *named]  # type: ignore[attr-defined]
        self.fields["template"].widget.attrs |= {"hx-get": reverse("exercises:plan"), "hx-target": "#said"}
        self.taken = next((one for one in usable if one.key == self["template"].value()), None)
        self.fields |= blank_fields(self.taken) if self.taken else _own_words()
        for name, field in self.fields.items():
            field.widget.attrs |= {"aria-describedby": f"fault-{name}", "class": "input"}

    @property
    def said(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Per language its name and its two fields."""
        return [
            (str(language.label), [self[f"{language.value}_{name}"] for name in SAID])
            for language in Language
        ]

    @property
    def blanks(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What is to be filled in of the words it takes."""
        return bound_blanks(self, self.taken)

    def plan(self) -> dict[str, Any]:
        """The clean values as `planning.plan` takes them."""
        clean = self.cleaned_data
        if self.taken:
            return clean | {"blanks": filled_in(self.taken, clean)}
        own = {language: {name: clean[f"{language}_{name}"] for name in SAID} for language in Language.values}
        return clean | {"words": own}


def _own_words() -> dict[str, forms.Field]:
    return {
        f"{language}_{name}": forms.CharField(
            label=_LABELS[name], required=False, max_length=content.longest(name), initial=_START[language][name],
            widget=forms.Textarea({"rows": 1 if name == "headline" else 3, "lang": language}),
        )
        for language in Language.values
        for name in SAID
    }  # fmt: skip
