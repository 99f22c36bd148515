"""What the pages of a dossier post → clean values for `actions` and `parts`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cityalert.dossiers import queries
from cityalert.dossiers.admiralty import Credibility, Reliability
from cityalert.dossiers.kinds import HOLDS, Kind
from cityalert.dossiers.models import FRAME_LABELS, Dossier, Part
from cityalert.geo import shapes
from cityalert.lib import files
from cityalert.lib.files import Kept
from cityalert.lib.forms import RefusableForm
from cityalert.lib.refusals import Refusal
from cityalert.lib.tlp import Tlp
from partners.actor import Actor

_FROM, _UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_LABELS = [(one.value, one.label) for one in Tlp]


class MomentField(forms.DateTimeField):
    """A day and a time on the city's clock, in this century."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> datetime | None:
        """The moment, or a sentence."""
        moment: datetime | None = super().clean(value)
        if moment is not None and not _FROM < moment < _UNTIL:
            raise ValidationError(_("Choose a day of this century."))
        return moment


class FileField(forms.FileField):
    """A file that may be kept, as `files.looked_at` gives it."""

    def clean(self, data: Any, initial: Any = None) -> Kept | None:
        """The file, or a sentence."""
        sent = super().clean(data, initial)
        if not sent:
            return None
        if sent.size > files.MOST_BYTES:
            raise ValidationError(str(files.TooLarge.sentence))
        try:
            return files.looked_at(sent.name, sent.read())
        except Refusal as refused:
            raise ValidationError(str(refused.sentence)) from refused


class DossierForm(RefusableForm):
    """The frame: what, when, where, how many. `shapes` is the area editor's value."""

    title = forms.CharField(label=_("Event"), required=False, max_length=140)
    tlp = forms.ChoiceField(
        label=_("Label of what stands here"),
        choices=FRAME_LABELS,
        initial=Tlp.AMBER,
        help_text=_("All partners that take part read it. RED is for named people: put that into a part."),
    )
    organiser = forms.CharField(label=_("Organiser"), required=False, max_length=160)
    venue = forms.CharField(label=_("Venue"), required=False, max_length=200)
    crowd = forms.IntegerField(label=_("Expected crowd"), required=False, min_value=0, max_value=10_000_000)
    begins_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    summary = forms.CharField(
        label=_("What is planned"), required=False, max_length=4000, widget=forms.Textarea({"rows": 5})
    )
    shapes = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, of: Dossier | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of:
            self.initial = {name: getattr(of, name) for name in self.fields if name != "shapes"}
        self.initial["shapes"] = json.dumps(_drawn(of))

    def clean_shapes(self) -> dict[str, Any]:
        """As JSON; what is drawn is read by the action."""
        text = self.cleaned_data["shapes"]
        try:
            return shapes.load(text) if text else {}
        except shapes.ShapeRefused as refused:
            raise ValidationError(str(refused.sentence)) from refused


def _drawn(of: Dossier | None) -> dict[str, Any]:
    found = Dossier.objects.values_list("shapes", flat=True).get(pk=of.pk) if of else {}
    return found or {"shapes": [], "zones": []}


class PartForm(RefusableForm):
    """One part of a kind: its title, its text, its label, for whom; and what its kind holds besides."""

    title = forms.CharField(label=_("Title"), required=False, max_length=140)
    text = forms.CharField(
        label=_("Text"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    is_shared = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[("", _("Only we")), ("1", _("All who take part"))],
        required=False,
        widget=forms.RadioSelect,
    )
    tlp = forms.ChoiceField(label=_("Label"), choices=_LABELS, initial=Tlp.AMBER)

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        dossier: Dossier,
        kind: Kind,
        of: Part | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        own = {name: _field(name, actor, of) for name in HOLDS[kind]}
        self.fields = {"title": self.fields.pop("title"), **own, **self.fields}
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label=_("For whom, if RED"),
            required=False,
            choices=queries.nameable(actor, dossier),
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
        )
        self.own_fields = tuple(own)
        if of:
            self.initial = {n: getattr(of, n) for n in self.fields if n not in {"file", "source", "person"}}
            sources = queries.sources_of(actor, dossier)
            person = of.person_id or ""
            self.initial |= {"is_shared": "1" if of.is_shared else "", "person": person}
            self.initial["source"] = sources.get(of.source_id or 0, "")
        for name in own:
            self.fields[name].widget.attrs.setdefault("class", "input")

    def clean_is_shared(self) -> bool:
        """Only we, or all who take part."""
        return bool(self.cleaned_data["is_shared"])

    @property
    def holds(self) -> list[forms.BoundField]:
        """What its kind holds, for the page."""
        return [self[name] for name in self.own_fields]


def _field(name: str, actor: Actor, of: Part | None) -> forms.Field:
    made: dict[str, Callable[[], forms.Field]] = {
        "begins_at": lambda: MomentField(label=_("From")),
        "ends_at": lambda: MomentField(label=_("Until")),
        "reliability": lambda: forms.ChoiceField(label=_("Source"), choices=Reliability.choices, initial="F"),
        "credibility": lambda: forms.TypedChoiceField(
            label=_("Information"), choices=Credibility.choices, coerce=int, initial=6
        ),
        "source": lambda: forms.CharField(
            label=_("Who says so"), required=False, max_length=200,
            help_text=_("Only your own people read this. Others see a handle that tells nothing."),
        ),
        "place": lambda: forms.CharField(label=_("Where"), required=False, max_length=200),
        "phone": lambda: forms.CharField(label=_("Telephone"), required=False, max_length=40),
        "email": lambda: forms.EmailField(label=_("E-mail"), required=False, max_length=200),
        "person": lambda: _person(actor),
        "file": lambda: FileField(
            label=_("File"), required=of is None, max_length=200,
            help_text=_("PDF, picture, document without macros or plain text, at most 10 MB."),
        ),
    }  # fmt: skip
    return made[name]()


def _person(actor: Actor) -> forms.Field:
    return forms.TypedChoiceField(
        label=_("One of your people"), required=False, coerce=int, empty_value=None,
        choices=[("", "–"), *queries.own_people(actor)],
        help_text=_("If it is shared, others can name this person for what is RED."),
    )  # fmt: skip
