"""Addresses of incidents."""

from django.urls import path

from cityalert.incidents.views import afterwards, leading, reading

app_name = "incidents"
urlpatterns = [
    path("incidents/", reading.overview, name="list"),
    path("incidents/open/", leading.open_by_hand, name="open"),
    path("incidents/waiting/", afterwards.waiting, name="waiting"),
    path("incidents/<uuid:incident_id>/", reading.detail, name="detail"),
    path("incidents/<uuid:incident_id>/story/", reading.story, name="story"),
    path("incidents/<uuid:incident_id>/map.json", reading.map_, name="map"),
    path("incidents/<uuid:incident_id>/report.pdf", reading.report, name="report"),
    path("incidents/<uuid:incident_id>/export.json", reading.export, name="export"),
    path("incidents/<uuid:incident_id>/note/", leading.note, name="note"),
    path("incidents/<uuid:incident_id>/room/", leading.room, name="room"),
    path("incidents/<uuid:incident_id>/tasks/", leading.task, name="task"),
    path("incidents/<uuid:incident_id>/tasks/<int:task_id>/", leading.do_task, name="do_task"),
    path("incidents/<uuid:incident_id>/tie/", leading.tie, name="tie"),
    path("incidents/<uuid:incident_id>/partners/", leading.partners, name="partners"),
    path("incidents/<uuid:incident_id>/close/", leading.close, name="close"),
    path("incidents/<uuid:incident_id>/reopen/", leading.reopen, name="reopen"),
    path("incidents/<uuid:incident_id>/ask/", afterwards.ask, name="ask"),
    path("incidents/<uuid:incident_id>/feedback/", afterwards.feedback, name="feedback"),
    path("alerts/<uuid:alert_id>/room/", leading.room_of_alert, name="room_of_alert"),
    path("alerts/<uuid:alert_id>/incident/", leading.from_alert, name="from_alert"),
]
