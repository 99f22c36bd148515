"""Alerts in the administration pages: to look at. They are written and corrected by the product's own verbs."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cityalert.alerts.models import Alert, Info
from cityalert.alerts.templates import Template


class LookOnly:
    """Nothing can be added, changed or deleted here: that would go past the life cycle and the log."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class InfoInline(LookOnly, admin.StackedInline):  # type: ignore[type-arg]
    """The words, beside the alert."""

    model = Info
    extra = 0


@admin.register(Alert)
class AlertAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Every alert of every partner."""

    list_display = ["id", "partner", "msg_type", "status", "scope", "state", "severity", "published_at"]
    list_filter = ["state", "status", "scope", "msg_type", "severity"]
    list_select_related = ["partner"]
    search_fields = ["infos__headline", "area_desc"]
    # A map would load the whole area of each, and needs scripts from elsewhere.
    exclude = ["area"]
    inlines = [InfoInline]


@admin.register(Template)
class TemplateAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Every version of all prepared wording. It is written on the product's own pages."""

    list_display = ["name", "number", "partner", "event", "severity", "scope", "ended_at"]
    list_select_related = ["partner"]
