"""Addresses of joining: open to everybody, a partner's, and the network's."""

from django.urls import path

from cityalert.joining.views import applying, checking, hub, sponsoring

app_name = "joining"
urlpatterns = [
    path("join/", applying.apply, name="apply"),
    path("join/invited/<str:token>/", applying.invited, name="invited"),
    path("join/sent/", applying.sent, name="sent"),
    path("join/link/", applying.new_link, name="link"),
    path("join/open/<str:token>/", applying.open_link, name="open"),
    path("join/application/", applying.status, name="status"),
    path("join/application/change/", applying.change, name="change"),
    path("join/application/sign/<uuid:agreement_id>/", applying.sign, name="sign"),
    path("partners/sponsoring/", sponsoring.overview, name="sponsoring"),
    path("partners/sponsoring/invite/", sponsoring.approach, name="sponsor_invite"),
    path("partners/sponsoring/<uuid:sponsorship_id>/", sponsoring.answer, name="answer"),
    path("hub/", hub.overview, name="hub"),
    path("hub/partners/<uuid:partner_id>/", hub.partner, name="partner"),
    path("hub/partners/<uuid:partner_id>/suspend/", hub.suspend, name="suspend"),
    path("hub/partners/<uuid:partner_id>/reinstate/", hub.reinstate, name="reinstate"),
    path("hub/applications/", hub.queue, name="queue"),
    path("hub/applications/invite/", hub.approach, name="invite"),
    path("hub/applications/<uuid:application_id>/", checking.detail, name="application"),
    path("hub/applications/<uuid:application_id>/<slug:act>/", checking.act, name="act"),
]
