"""Signing in through one's organisation, and the page on which a partner sets it up."""

from django.urls import path

from partners.signon import doors, views

app_name = "sign_on"
urlpatterns = [
    path("accounts/organisation/", doors.find, name="find"),
    path("accounts/organisation/<uuid:partner_id>/", doors.start, name="start"),
    path("accounts/organisation/<uuid:partner_id>/go/", doors.go, name="go"),
    path("accounts/organisation/<uuid:partner_id>/callback/", doors.callback, name="callback"),
    path("partners/members/sign-in/", views.settings, name="settings"),
    path("partners/members/sign-in/take-down/", views.take_down, name="take_down"),
]
