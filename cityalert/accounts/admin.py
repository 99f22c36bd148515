"""People in the administration pages: made, shut out, freed of a lost factor. They set passwords by mail."""

from typing import Any

from allauth.account import admin as allauth_admin
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth import admin as _auth_admin  # noqa: F401 (see below)
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.accounts.models import User
from cityalert.accounts.person import Person
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import clock

# Roles grant, not groups; an address is a field of its person. Imported, so that they are there to take away.
admin.site.unregister([Group, allauth_admin.EmailAddress])


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A new person gets no password: they ask for one on the sign-in page."""

    list_display = ["name", "email", "language", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "language", "is_active", "is_staff", "is_superuser"]
    actions = ["remove_second_factors"]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: whoever leaves is made inactive, for the record."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """Save, then record which fields were changed."""
        with transaction.atomic():
            obj.email = obj.email.lower()
            if not change:
                obj.set_unusable_password()
            super().save_model(request, obj, form, change)
            verb = Verb.PERSON_CHANGED if change else Verb.PERSON_ADDED
            record(verb, _who(request), obj, at=clock.now(), fields=sorted(form.changed_data))

    @admin.action(description=gettext_lazy("Remove second factors (the telephone was lost)"))
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """They set up a new one when they next sign in; sessions that showed the old one end."""
        with transaction.atomic():
            for user in queryset:
                Authenticator.objects.filter(user=user).delete()
                record(Verb.SECOND_FACTOR_REMOVED, _who(request), user, at=clock.now(), kind="all")
        messages.success(request, _("Removed. They will be asked to set up a new one."))


def _who(request: Any) -> Person:
    return Person(request.user)
