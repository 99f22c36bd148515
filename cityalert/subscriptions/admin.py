"""Subscribers in the administration pages: to look at and to help. Residents' addresses are not searched here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cityalert.subscriptions.models import ContactPoint, Subscriber


class ContactPointInline(admin.TabularInline[ContactPoint, Subscriber]):
    """How the person is reached; what providers and the person themselves said is not ours to change."""

    model = ContactPoint
    extra = 0
    readonly_fields = ("stopped_at", "gone_at")


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
