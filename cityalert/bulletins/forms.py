"""What the page of a new bulletin posts → clean values for `actions.publish`."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cityalert.bulletins import audience
from cityalert.geo import queries as geo
from cityalert.geo import shapes
from cityalert.lib.forms import RefusableForm
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.sectors import Sector


class BulletinForm(RefusableForm):
    """What it says, how far it may travel, to whom it goes, and under whose name."""

    title = forms.CharField(label=_("Title"), required=False, max_length=140)
    text = forms.CharField(
        label=_("Text"), required=False, max_length=8000, widget=forms.Textarea({"rows": 10})
    )
    tlp = forms.ChoiceField(
        label=_("Label"), choices=[(one.value, one.label) for one in Tlp], initial=Tlp.AMBER
    )
    groups = forms.TypedMultipleChoiceField(
        label=_("Sharing groups"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    sectors = forms.MultipleChoiceField(
        label=_("Sectors"), required=False, choices=Sector.choices, widget=forms.CheckboxSelectMultiple
    )
    shapes = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    is_unnamed = forms.BooleanField(
        label=_("Through the network, without our name"),
        required=False,
        help_text=_(
            "Readers see that a partner published it, not which. Only the city’s auditor can find out."
        ),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_place = actor.partner.jurisdiction is not None
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            (
                str(one.pk),
                _("%(name)s (up to TLP:%(label)s)") % {"name": one.name, "label": one.ceiling},
            )
            for one in audience.groups_of(actor)
        ]
        self.initial.setdefault("shapes", '{"shapes": [], "zones": []}')

    def clean_shapes(self) -> MultiPolygon | None:
        """The drawn area; None where nothing is drawn."""
        text = self.cleaned_data["shapes"]
        try:
            drawn = shapes.load(text) if text else {}
            if not (drawn.get("shapes") or drawn.get("zones") or "type" in drawn):
                return None
            return geo.area_of(drawn).geometry
        except shapes.ShapeRefused as refused:
            raise ValidationError(str(refused.sentence)) from refused

    def data_for_action(self) -> dict[str, Any]:
        """The clean values as `actions.publish` takes them."""
        return {**self.cleaned_data, "area": self.cleaned_data["shapes"]}
