"""Addresses of agreements: a partner's, and the network's."""

from django.urls import path

from cityalert.agreements import hub, views

app_name = "agreements"
urlpatterns = [
    path("partners/agreements/", views.overview, name="list"),
    path("partners/agreements/<uuid:agreement_id>/", views.read, name="read"),
    path("partners/agreements/<uuid:agreement_id>/sign/", views.sign, name="sign"),
    path("partners/agreements/<uuid:agreement_id>/text/", views.text, name="text"),
    path("hub/agreements/", hub.overview, name="hub"),
    path("hub/agreements/new/", hub.publish, name="publish"),
    path("hub/agreements/<uuid:agreement_id>/", hub.read, name="hub_read"),
    path("hub/agreements/signatures/<uuid:signing_id>/", hub.countersign, name="countersign"),
]
