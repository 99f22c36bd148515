"""Places → clean values. They are looked up here: whoever typed or drew them is there to say which was meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cityalert.alerts.topics import Topic
from cityalert.geo import shapes
from cityalert.geo.gazetteer import fold
from cityalert.geo.geocoding import Found, geocoder
from cityalert.geo.models import Zone
from cityalert.geo.shapes import ShapeRefused
from cityalert.lib import words
from cityalert.lib.forms import RefusableForm
from cityalert.lib.refusals import Refusal
from cityalert.subscriptions.wishes import RADII, Place

ROWS = (1, 2, 3)
# More is no street and no block; each alert asks for every corner.
MOST_CORNERS = 200
TOO_FINE = _("The outline has too many corners (at most 200). Draw it more simply.")


@dataclass(frozen=True)
class OwnSite:
    """A site that can be chosen by its name."""

    key: str
    name: str
    lon: float
    lat: float


def _far(metres: int) -> str:
    return f"{metres} m" if metres < 1000 else f"{metres // 1000} km"


_HOW_FAR = [(metres, _far(metres)) for metres in RADII]


class PlacesForm(RefusableForm):
    """Up to three at a time: an address or crossing and how far around; a whole zone, what is drawn, one's own site.

    And what about. `places` is what was meant.
    """

    zone = forms.ChoiceField(label=_("A whole neighbourhood, ward, or the city"), required=False)
    topics = forms.TypedMultipleChoiceField(
        label=_("What about"), choices=Topic.choices, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    drawn = forms.CharField(required=False, max_length=shapes.MAX_BYTES, widget=forms.HiddenInput)
    drawn_label = forms.CharField(
        label=_("What you call it"), max_length=40, required=False, widget=forms.TextInput({"class": "input"})
    )

    def __init__(
        self, *args: Any, at: datetime, needs_place: bool = True, sites: Sequence[OwnSite] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._at, self._needs_place = at, needs_place
        self._sites = {site.key: site for site in sites}
        if sites:
            self.fields["site"] = forms.ChoiceField(
                label=_("One of your own sites"), required=False,
                choices=[("", "–"), *((site.key, site.name) for site in sites)],
                widget=forms.Select({"class": "input"}),
            )  # fmt: skip
            self.fields["site_metres"] = _how_far()
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
            self.fields[f"metres_{row}"] = _how_far()
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
        if site := self._sites.get(clean.get("site", "")):
            self._around(site.name, site.name, (site.lon, site.lat), clean.get("site_metres"))
        self._take_drawn(clean)
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
        label = words.line(clean.get(f"label_{row}", "")) or meant.name
        self._around(label, meant.name, (meant.lon, meant.lat), clean.get(f"metres_{row}"))

    def _around(self, label: str, name: str, middle: tuple[float, float], far: Any) -> None:
        metres, (lon, lat) = int(far or RADII[1]), middle
        about = f"{name}, {_far(metres)}"[:200]
        self.places.append({"label": label[:80], "about": about, "lon": lon, "lat": lat, "metres": metres})

    def _take_drawn(self, clean: dict[str, Any]) -> None:
        """What was drawn; an editor that was opened and left alone says that there is nothing."""
        try:
            said = shapes.load(clean.get("drawn") or None)
        except ShapeRefused as refused:
            if refused.sentence != shapes.EMPTY:
                self.add_error("drawn", str(refused.sentence))
            return
        if not said.get("shapes"):
            return
        try:
            area = shapes.parse({"shapes": said["shapes"]}, zones={})
        except ShapeRefused as refused:
            self.add_error("drawn", str(refused.sentence))
            return
        if area.geometry.num_coords > MOST_CORNERS:
            self.add_error("drawn", TOO_FINE)
            return
        size = formats.number_format(area.km2, 2 if area.km2 >= 0.1 else 3)
        self.places.append({
            "label": words.line(clean.get("drawn_label", "")) or str(_("Drawn place")),
            "about": _("Drawn on the map, %(size)s km²") % {"size": size},
            "shapes": area.shapes,
        })  # fmt: skip


def _how_far() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("How far around"), choices=_HOW_FAR, coerce=int, required=False, empty_value="",
        initial=RADII[1], widget=forms.Select({"class": "input"}),
    )  # fmt: skip


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
