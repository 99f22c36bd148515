"""Deliveries in the administration pages: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cityalert.delivery.models import Attempt, Delivery, Heartbeat, Notice
from cityalert.lib.veil import veil


class LookOnly(admin.ModelAdmin[Any]):
    """What was said and done stays as it is."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is said from here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor forgotten."""
        return False


@admin.register(Notice)
class NoticeAdmin(LookOnly):
    """What was said, newest first."""

    list_display = ("key", "severity", "posted_at", "fanned_out_at", "superseded_at", "ended_at")
    list_filter = ("severity", "is_exercise")
    date_hierarchy = "posted_at"
    ordering = ("-posted_at",)


@admin.register(Delivery)
class DeliveryAdmin(LookOnly):
    """How each person was told. Addresses are veiled, and not listed."""

    exclude = ("address",)
    readonly_fields = ("veiled",)
    list_display = ("id", "channel", "state", "state_at", "tries", "reason")
    list_filter = ("channel", "state")
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("address"))
    def veiled(self, delivery: Delivery) -> str:
        """So that it is recognised, and cannot be used."""
        return veil(delivery.address)


@admin.register(Attempt)
class AttemptAdmin(LookOnly):
    """Each try."""

    list_display = ("id", "delivery_id", "number", "started_at", "ended_at", "outcome", "detail")
    list_filter = ("outcome",)
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Heartbeat)
class HeartbeatAdmin(LookOnly):
    """When the silent processes last did their round."""

    list_display = ("name", "beat_at")
