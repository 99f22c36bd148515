"""Partners in the administration pages. Memberships are changed by the same verbs as everywhere else."""

from typing import Any, cast

from allauth.socialaccount import admin as _social_admin  # noqa: F401 - so that there is something to take away
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import clock
from partners import actions
from partners.actor import Staff
from partners.forms import MembershipForm, PartnerForm, SiteForm
from partners.identity import Domain
from partners.models import Membership, Partner, Site
from partners.roles import Role
from partners.sharing import SharingGroup
from partners.signon import actions as signon

# Our providers are a table of our own; allauth's would be passed over.
admin.site.unregister([SocialAccount, SocialApp, SocialToken])


class Audited(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whatever is saved or deleted goes into the audit log, with the names of what changed."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then record."""
        super().save_model(request, obj, form, change)
        record(
            Verb.PARTNER_CHANGED,
            _staff(request),
            obj,
            at=clock.now(),
            is_new=not change,
            fields=form.changed_data,
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Record, then delete."""
        record(Verb.PARTNER_CHANGED, _staff(request), obj, at=clock.now(), deleted=str(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one, each recorded."""
        for obj in queryset:
            self.delete_model(request, obj)


@admin.register(Partner)
class PartnerAdmin(Audited):
    """Organisations; one that has left is made inactive, and stays for the record."""

    form = PartnerForm
    list_display = ["name", "kind", "may_alert_public", "is_active"]
    list_filter = ["kind", "is_active", "may_alert_public"]
    search_fields = ["name", "short_name"]

    def has_delete_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        """Never: alerts speak of it."""
        return False


@admin.register(Site)
class SiteAdmin(Audited):
    """Premises."""

    form = SiteForm
    list_display = ["name", "partner", "address"]
    search_fields = ["name", "address", "partner__name"]
    autocomplete_fields = ["partner"]


@admin.register(SharingGroup)
class SharingGroupAdmin(Audited):
    """Named sets of partners. Who is in one is decided by its host and by the partners themselves."""

    list_display = ["name", "host", "is_hidden", "is_active"]
    list_select_related = ["host"]
    search_fields = ["name", "host__name"]
    autocomplete_fields = ["host"]

    def get_readonly_fields(self, request: HttpRequest, obj: SharingGroup | None = None) -> list[str]:
        """A group stays its host's."""
        return ["host"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A group is made by its host."""
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who belongs where; every change is granted and audited."""

    form = MembershipForm
    list_display = ["user", "partner", "role", "unit", "call_order", "is_active", "valid_until"]
    list_filter = ["role", "is_active", "partner__kind"]
    list_select_related = ["user", "partner"]
    search_fields = ["user__name", "user__email", "partner__name"]
    autocomplete_fields = ["user", "partner", "site"]
    actions = ["suspend", "restore", "remove"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """A membership is of this person and this partner for good."""
        return ["user", "partner"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Removing is an action of the list, so that it is audited."""
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Hand what was typed to the verbs."""
        staff, at = _staff(request), clock.now()
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        role = values.pop("role", None)
        if not change:
            user, partner = values.pop("user"), values.pop("partner")
            obj.pk = actions.add_member(staff, user, partner, Role(role), at=at, **values).pk
            return
        if role:
            actions.change_role(staff, obj, Role(role), at=at)
        actions.change(staff, obj, at=at, **values)

    @admin.action(description=gettext_lazy("Suspend: take their rights away at once"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Each by the verb."""
        for membership in queryset:
            actions.suspend(_staff(request), membership, at=clock.now())
        messages.success(request, _("Suspended."))

    @admin.action(description=gettext_lazy("Restore suspended members"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Each by the verb."""
        for membership in queryset:
            actions.restore(_staff(request), membership, at=clock.now())
        messages.success(request, _("Restored."))

    @admin.action(description=gettext_lazy("Remove for good"))
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Each by the verb."""
        for membership in queryset:
            actions.remove_member(_staff(request), membership, at=clock.now())
        messages.success(request, _("Removed."))


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """E-mail domains that partners say are theirs: look for yourself, then confirm."""

    list_display = ["name", "partner", "claimed_at", "confirmed_at"]
    list_filter = [("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["partner"]
    search_fields = ["name", "partner__name"]
    actions = ["confirm"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Partners say it themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        """To be confirmed, not edited."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        """Partners take them back themselves."""
        return False

    @admin.action(description=gettext_lazy("Confirm: the domain is that partner's"))
    def confirm(self, request: HttpRequest, queryset: QuerySet[Domain]) -> None:
        """Each by the verb."""
        for domain in queryset:
            try:
                signon.confirm(_staff(request), domain, at=clock.now())
            except signon.DomainTaken as refusal:
                messages.error(request, f"{domain.name}: {refusal.sentence}")
            else:
                messages.success(request, _("Confirmed: %(domain)s") % {"domain": domain.name})


def _staff(request: HttpRequest) -> Staff:
    return Staff(cast(User, request.user))
