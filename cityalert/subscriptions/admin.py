"""Subscribers in the administration pages: to look at and to help. Residents' addresses are not searched here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cityalert.lib.veil import veil
from cityalert.subscriptions.models import ContactPoint, Subscriber


class ContactPointInline(admin.TabularInline[ContactPoint, Subscriber]):
    """How the person is reached, veiled; they add numbers themselves, and what they said is not ours to change."""

    model = ContactPoint
    extra = 0
    fields = readonly_fields = ("channel", "veiled", "min_severity", "verified_at", "stopped_at", "gone_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody is added by somebody else."""
        return False

    @admin.display(description=_("address"))
    def veiled(self, point: ContactPoint) -> str:
        """So that it is recognised, and cannot be used."""
        return point.label or veil(point.address)


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin[Subscriber]):
    """Members only: residents look after themselves."""

    list_display = ("user", "language")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)
    inlines = (ContactPointInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        """Without the residents."""
        return super().get_queryset(request).filter(user__isnull=False)
