"""Places → clean values. They are looked up here: whoever typed them is there to say which was meant."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cityalert.alerts.topics import Topic
from cityalert.geo.gazetteer import fold
from cityalert.geo.geocoding import Found, geocoder
from cityalert.geo.models import Zone
from cityalert.lib import words
from cityalert.lib.forms import RefusableForm
from cityalert.lib.refusals import Refusal
from cityalert.subscriptions.wishes import RADII, Place

ROWS = (1, 2, 3)


def _far(metres: int) -> str:
    return f"{metres} m" if metres < 1000 else f"{metres // 1000} km"


_HOW_FAR = [(metres, _far(metres)) for metres in RADII]


class PlacesForm(RefusableForm):
    """Up to three at a time: an address or crossing and how far around, or a whole zone; and what about."""

    zone = forms.ChoiceField(label=_("A whole neighbourhood, ward, or the city"), required=False)
    topics = forms.TypedMultipleChoiceField(
        label=_("What about"), choices=Topic.choices, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, needs_place: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at, self._needs_place = at, needs_place
        self.places: list[Place] = []
        for row in ROWS:
            self.fields[f"where_{row}"] = forms.CharField(
                label=_("Address or crossing"),
                max_length=200,
                required=False,
                widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
            )
            self.fields[f"label_{row}"] = forms.CharField(
                label=_("What you call it"),
                max_length=40,
                required=False,
                widget=forms.TextInput({"class": "input"}),
            )
            self.fields[f"metres_{row}"] = forms.TypedChoiceField(
                label=_("How far around"), choices=_HOW_FAR, coerce=int, required=False, empty_value="",
                initial=RADII[1], widget=forms.Select({"class": "input"}),
            )  # fmt: skip
        cast(forms.ChoiceField, self.fields["zone"]).choices = _zones

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of each place."""
        return ((self[f"where_{row}"], self[f"label_{row}"], self[f"metres_{row}"]) for row in ROWS)

    def clean(self) -> dict[str, Any]:
        """Look the places up."""
        clean = super().clean() or {}
        for row in ROWS:
            if where := words.line(clean.get(f"where_{row}", "")):
                self._look_up(row, where, clean)
        if clean.get("zone"):
            zone = Zone.objects.get(pk=clean["zone"])
            self.places.append({"label": zone.name, "about": zone.get_kind_display(), "zone": str(zone.pk)})
        if self._needs_place and not self.places and not self.errors:
            self.add_error("where_1", _("Name at least one place: an address, or a neighbourhood below."))
        return clean

    def chosen_topics(self) -> int:
        """Added up; none and all are the same."""
        chosen = self.cleaned_data["topics"]
        return 0 if len(chosen) in {0, len(Topic)} else sum(chosen)

    def _look_up(self, row: int, where: str, clean: dict[str, Any]) -> None:
        try:
            found = geocoder().find(where, at=self._at, limit=5)
        except Refusal as refusal:
            self.add_error(f"where_{row}", str(refusal.sentence))
            return
        meant = _meant(where, found)
        if meant is None:
            names = "; ".join(one.name for one in found)
            self.add_error(
                f"where_{row}",
                _("There are several: %(names)s. Write one of them as it stands here.") % {"names": names}
                if found
                else _(
                    "Nothing of that name is known. Write a street with its number, or two streets that cross."
                ),
            )
            return
        metres = int(clean.get(f"metres_{row}") or RADII[1])
        label = words.line(clean.get(f"label_{row}", "")) or meant.name[:80]
        about = f"{meant.name}, {_far(metres)}"[:200]
        self.places.append(
            {"label": label[:80], "about": about, "lon": meant.lon, "lat": meant.lat, "metres": metres}
        )


def _meant(where: str, found: list[Found]) -> Found | None:
    """The one place, or the one that is called so."""
    if len(found) == 1:
        return found[0]
    return next((one for one in found if fold(one.name) == fold(where)), None)


def _zones() -> list[tuple[str, Any]]:
    kinds = (Zone.Kind.CITY, Zone.Kind.WARD, Zone.Kind.NEIGHBOURHOOD)
    by_kind: dict[str, list[tuple[str, str]]] = {kind: [] for kind in kinds}
    for pk, kind, name in (
        Zone.objects.filter(kind__in=kinds).order_by("name").values_list("pk", "kind", "name")
    ):
        by_kind[kind].append((str(pk), name))
    groups = [(str(Zone.Kind(kind).label), zones) for kind, zones in by_kind.items() if zones]
    return [("", "–"), *groups]
