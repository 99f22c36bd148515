"""Addresses of everything about alerts."""

from django.urls import path

from cityalert.alerts.views import (
    alone,
    areas,
    audiences,
    beside,
    correcting,
    lasting,
    outcome,
    policies,
    reading,
    releasing,
    reporting,
    translating,
    writing,
)

app_name = "alerts"

_reading = [
    path("alerts/", reading.inbox, name="inbox"),
    path("alerts/map.json", reading.map_, name="map"),
    path("alerts/seen/", reading.seen, name="seen"),
    path("alerts/<uuid:alert_id>/", reading.detail, name="detail"),
    path("alerts/<uuid:alert_id>/progress/", reading.progressed, name="progress"),
    path("alerts/<uuid:alert_id>/answer/", reading.card, name="answer"),
    path("alerts/<uuid:alert_id>/acknowledge/", reading.acknowledge, name="acknowledge"),
    path("alerts/<uuid:alert_id>/respond/", reading.respond, name="respond"),
    path("alerts/<uuid:alert_id>/sites.json", reading.sites, name="sites"),
    path("alerts/<uuid:alert_id>/cap.xml", reading.cap, name="cap"),
    path("alerts/<uuid:alert_id>/reach/", reading.reached, name="reach"),
    path("alerts/<uuid:alert_id>/ask-again/", reading.ask_again, name="ask_again"),
    path("alerts/<uuid:alert_id>/report/", reporting.report, name="report"),
    path("alerts/<uuid:alert_id>/reports/<int:report_id>/photo.jpg", reporting.photo, name="photo"),
    path("reach/", reading.reach_index, name="reach_index"),
]
_outcome = [
    path("alerts/<uuid:alert_id>/reach.csv", outcome.people, name="reach_csv"),
    path("alerts/<uuid:alert_id>/people/<int:recipient_id>/again/", outcome.tell_again, name="tell_again"),
    path("reach/missed/", outcome.missed, name="missed"),
    path("reach/missed.csv", outcome.missed_csv, name="missed_csv"),
    path("reach/costs/", outcome.costs, name="costs"),
]

_writing = [
    path("alerts/new/", writing.new, name="new"),
    path("alerts/<uuid:alert_id>/compose/", writing.compose, name="compose"),
    path("alerts/<uuid:alert_id>/preview/", writing.preview, name="preview"),
    path("alerts/<uuid:alert_id>/save/", writing.save, name="save"),
    path("alerts/<uuid:alert_id>/template/", writing.template, name="template"),
    path("alerts/<uuid:alert_id>/discard/", writing.discard, name="discard"),
    path("alerts/<uuid:alert_id>/restore/", writing.restore, name="restore"),
    path("alerts/<uuid:alert_id>/translate/", translating.translate, name="translate"),
    path("alerts/<uuid:alert_id>/beside/", beside.look, name="beside"),
]
_audiences = [
    path("alerts/<uuid:alert_id>/audience/", audiences.take, name="audience"),
    path("alerts/<uuid:alert_id>/audience/save/", audiences.save, name="save_audience"),
    path("audiences/", audiences.list_, name="audiences"),
    path("audiences/<uuid:audience_id>/", audiences.change, name="change_audience"),
]
_areas = [
    path("alerts/<uuid:alert_id>/area/", areas.take, name="area"),
    path("alerts/<uuid:alert_id>/area/save/", areas.save, name="save_area"),
    path("areas/", areas.list_, name="areas"),
    path("areas/<slug:key>/retire/", areas.retire, name="retire_area"),
]
_releasing = [
    path("alerts/<uuid:alert_id>/confirm/", releasing.confirm, name="confirm"),
    path("alerts/<uuid:alert_id>/publish/", releasing.publish, name="publish"),
    path("alerts/<uuid:alert_id>/submit/", releasing.submit, name="submit"),
    path("alerts/<uuid:alert_id>/approve/", releasing.approve, name="approve"),
    path("alerts/<uuid:alert_id>/return/", releasing.return_to_author, name="return"),
    path("alerts/<uuid:alert_id>/alone/", alone.send, name="alone"),
    path("alerts/<uuid:alert_id>/review/", alone.review, name="review"),
    path("reviews/", alone.reviews, name="reviews"),
    path("hub/reviews/", alone.overdue, name="overdue"),
    path("approval/", policies.policy, name="policy"),
]
_correcting = [
    path("alerts/<uuid:alert_id>/update/", correcting.update, name="update"),
    path("alerts/<uuid:alert_id>/amend/", correcting.amend, name="amend"),
    path("alerts/<uuid:alert_id>/end/", lasting.end, name="end"),
    path("alerts/<uuid:alert_id>/correct/", correcting.correct, name="correct"),
    path("alerts/<uuid:alert_id>/archive/", correcting.archive, name="archive"),
    path("alerts/<uuid:alert_id>/cancel/", correcting.cancel, name="cancel"),
]

urlpatterns = [*_reading, *_outcome, *_writing, *_audiences, *_areas, *_releasing, *_correcting]
