"""Forms of the administration pages: what is typed, under the rules that hold everywhere."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cityalert.geo import codec, shapes
from partners import actions, names
from partners.models import Membership, Partner, Site

Shape = TypeVar("Shape", bound=GEOSGeometry)


class PartnerForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation, its jurisdiction pasted as GeoJSON."""

    jurisdiction = forms.JSONField(
        label=_("jurisdiction as GeoJSON"),
        required=False,
        help_text=_("A Polygon, MultiPolygon or feature, WGS 84: where it may alert. Empty: nowhere."),
    )

    class Meta:
        model = Partner
        fields = ["name", "short_name", "kind", "sector", "jurisdiction", "may_alert_public"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.jurisdiction:
            self.initial["jurisdiction"] = codec.geojson(self.instance.jurisdiction)

    def clean_name(self) -> str:
        """A name that nobody takes for another's."""
        name: str = self.cleaned_data["name"]
        alike = Partner.objects.filter(name_skeleton=names.skeleton(name)).exclude(pk=self.instance.pk)
        try:
            names.check(name)
        except names.NamePretends as refusal:
            raise ValidationError(str(refusal)) from refusal
        if alike.exists():
            raise ValidationError(str(names.NameTaken.sentence))
        return name

    def clean_jurisdiction(self) -> MultiPolygon | None:
        """The pasted area, or a sentence."""
        value = self.cleaned_data["jurisdiction"]
        return _geometry(value, codec.from_geojson) if value else None


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Premises, their point or footprint pasted as GeoJSON."""

    location = forms.JSONField(
        label=_("location as GeoJSON"), help_text=_("A Point, Polygon or feature, WGS 84: longitude first")
    )

    class Meta:
        model = Site
        fields = ["partner", "name", "address", "sector", "location"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.location:
            self.initial["location"] = codec.geojson(self.instance.location)

    def clean_location(self) -> GEOSGeometry:
        """The pasted place, or a sentence."""
        value = self.cleaned_data["location"]
        is_point = isinstance(value, dict) and value.get("type") == "Point"
        return _geometry(value, _point) if is_point else _geometry(value, codec.from_geojson)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """Asks the questions of `actions` before it is too late to answer them on the page."""

    class Meta:
        model = Membership
        fields = ["user", "partner", "role", "unit", "site", "call_order", "valid_from", "valid_until"]

    def clean(self) -> dict[str, Any]:
        """Refuse what `actions` would refuse."""
        cleaned = super().clean() or {}
        site, partner = cleaned.get("site"), cleaned.get("partner") or getattr(self.instance, "partner", None)
        if site and partner and site.partner_id != partner.pk:
            self.add_error("site", str(actions.SiteOfAnother.sentence))
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end <= start:
            self.add_error("valid_until", str(actions.WrongDates.sentence))
        return cleaned


def _geometry(value: Any, read: Callable[[Any], Shape]) -> Shape:
    try:
        return read(value)
    except shapes.ShapeRefused as refused:
        raise ValidationError(str(refused), code=refused.code) from refused


def _point(value: dict[str, Any]) -> Point:
    return Point(*shapes.position(value.get("coordinates")), srid=4326)
