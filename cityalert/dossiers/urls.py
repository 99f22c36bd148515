"""Addresses of event dossiers."""

from django.urls import path

from cityalert.dossiers.views import calendars, reading, writing

app_name = "dossiers"
urlpatterns = [
    path("", reading.overview, name="list"),
    path("month/", calendars.month, name="month"),
    path("calendar/", calendars.own, name="own_calendar"),
    path("calendar/close/", calendars.close, name="close_calendar"),
    path("calendar/<str:token>.ics", calendars.feed, name="calendar"),
    path("new/", writing.new, name="new"),
    path("parts/<uuid:part_id>/", writing.part, name="part"),
    path("parts/<uuid:part_id>/remove/", writing.remove, name="remove"),
    path("parts/<uuid:part_id>/tick/", writing.tick, name="tick"),
    path("files/<int:version_id>/", reading.file, name="file"),
    path("<uuid:dossier_id>/", reading.detail, name="detail"),
    path("<uuid:dossier_id>/map.json", reading.map_, name="map"),
    path("<uuid:dossier_id>/briefing/", reading.briefing, name="briefing"),
    path("<uuid:dossier_id>/change/", writing.change, name="change"),
    path("<uuid:dossier_id>/add/<slug:kind>/", writing.add, name="add"),
    path("<uuid:dossier_id>/invite/", writing.invite, name="invite"),
    path("<uuid:dossier_id>/without/<uuid:partner_id>/", writing.dismiss, name="dismiss"),
    path("<uuid:dossier_id>/tie/", writing.tie, name="tie"),
    path("<uuid:dossier_id>/close/", writing.close, name="close"),
    path("<uuid:dossier_id>/reopen/", writing.reopen, name="reopen"),
]
