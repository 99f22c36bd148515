"""What somebody reports back, typed in a form: words, a photo, a place."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from cityalert.delivery import photos
from cityalert.delivery.reports import LONGEST
from cityalert.lib.forms import RefusableForm


class ReportForm(RefusableForm):
    """Any of the three. Where the telephone says it is goes along in two hidden fields (static/js/here.js)."""

    words = forms.CharField(
        label=_("What do you see?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("Only the picture is kept: not where or with what it was taken."),
    )
    place_words = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("Address, floor, door"), "autocomplete": "off"}),
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def said(self) -> dict[str, Any]:
        """As `reports.say` takes it. Raises photos.NoPhoto, photos.TooLarge."""
        typed = self.cleaned_data
        lat, lon, photo = typed.get("lat"), typed.get("lon"), typed.get("photo")
        has_place = lat is not None and lon is not None
        return {
            "words": typed["words"],
            "place_words": typed["place_words"],
            "place": Point(lon, lat, srid=4326) if has_place else None,
            "photo": photos.clean(photo, size=photo.size) if photo else None,
        }
