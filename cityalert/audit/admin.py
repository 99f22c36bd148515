"""The audit log in the administration pages: to read, not to touch."""

from django.contrib import admin
from django.http import HttpRequest

from cityalert.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Newest first; whoever may not write is not shown how."""

    list_display = ["position", "recorded_at", "verb", "user_name", "object_kind", "object_id"]
    list_filter = ["verb", "object_kind"]
    search_fields = ["=object_id", "user_name"]
    date_hierarchy = "recorded_at"
    ordering = ["-position"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """No."""
        return False
