"""Canaries in the administration pages, where only those who run the installation come."""

from django.contrib import admin

from cityalert.directory.models import Canary


@admin.register(Canary)
class CanaryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Partners that do not exist. Make the partner first, inactive, with a site and a contact like the others."""

    list_display = ["partner", "note"]
    autocomplete_fields = ["partner"]
