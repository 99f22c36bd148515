"""Zones and places in the administration pages."""

from django.contrib import admin

from cityalert.geo.forms import ZoneForm
from cityalert.geo.models import Place, Zone


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Zones; the area is pasted, for the map widgets of Django load scripts from elsewhere."""

    form = ZoneForm
    list_display = ["name", "kind", "is_schematic"]
    list_filter = ["kind", "is_schematic"]
    search_fields = ["name", "name_fr"]


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The gazetteer, to be read; it is loaded, not typed."""

    list_display = ["name", "location"]
    search_fields = ["name", "search"]
    readonly_fields = ["name", "search", "location"]
