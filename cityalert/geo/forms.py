"""A zone's area as GeoJSON text, under the same rules as a drawn one."""

from typing import Any

from django import forms
from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cityalert.geo import codec
from cityalert.geo.models import Zone
from cityalert.geo.shapes import ShapeRefused


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """A zone, its area pasted as GeoJSON."""

    area = forms.JSONField(
        label=_("area as GeoJSON"), help_text=_("A Polygon, MultiPolygon or feature, WGS 84")
    )

    class Meta:
        model = Zone
        fields = ["kind", "name", "name_fr", "area", "is_schematic"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.area:
            self.initial["area"] = codec.geojson(self.instance.area)

    def clean_area(self) -> MultiPolygon:
        """The pasted area, or a sentence."""
        try:
            return codec.from_geojson(self.cleaned_data["area"])
        except ShapeRefused as refused:
            raise ValidationError(str(refused), code=refused.code) from refused
