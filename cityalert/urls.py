"""Where everything is found. Each app names its own pages; this only hands out the prefixes."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from cityalert.accounts.views import demo_codes
from cityalert.alerts import templates_urls

# The administration's own sign-in form knows neither second factors nor limits: all sign in by one door.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("cityalert.web.urls")),
    path("accounts/", include("cityalert.accounts.urls")),
    path("", include("partners.signon.urls")),
    path("demo/codes/", demo_codes, name="demo_codes"),
    path("", include("cityalert.delivery.urls")),
    path("", include("cityalert.alerts.urls")),
    path("templates/", include((templates_urls.own, "templates"))),
    path("hub/templates/", include((templates_urls.networks, "templates_staff"))),
    path("", include("partners.members.urls")),
    path("", include("cityalert.businesses.urls")),
    path("partners/", include("cityalert.directory.urls")),
    path("hub/auditor/", include("cityalert.auditor.urls")),
    path("duty/", include("cityalert.duty.urls")),
    path("hub/directory/", include("cityalert.directory.staff_urls")),
    path("imported/", include("cityalert.exchange.urls")),
    path("hub/sources/", include("cityalert.exchange.staff_urls")),
    path("partners/sites/", include("partners.sites.urls")),
    path("", include("cityalert.agreements.urls")),
    path("", include("cityalert.joining.urls")),
    path("", include("cityalert.public.urls")),
    path("partners/hooks/", include("cityalert.delivery.hooks.urls")),
    path("", include("cityalert.residents.urls")),
    path("partners/feeds/", include("cityalert.public.partner_urls")),
    path("", include("cityalert.incidents.urls")),
    path("events/", include("cityalert.dossiers.urls")),
    path("", include("cityalert.messaging.urls")),
    path("bulletins/", include("cityalert.bulletins.urls")),
    path("", include("cityalert.records.urls")),
    path("accounts/reached/", include("cityalert.preferences.urls")),
    path("drills/", include("cityalert.exercises.urls")),
    path("geo/", include("cityalert.geo.urls")),
    path("partners/groups/", include("partners.groups.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "cityalert.web.errors.bad_request"
handler403 = "cityalert.web.errors.forbidden"
handler404 = "cityalert.web.errors.not_found"
handler429 = "cityalert.web.errors.too_many"
handler500 = "cityalert.web.errors.fault"
