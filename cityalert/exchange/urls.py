"""Addresses of the alerts of others."""

from django.urls import path

from cityalert.exchange.views import arranging, reading

app_name = "exchange"
urlpatterns = [
    path("", reading.listed, name="list"),
    path("new/", reading.upload, name="upload"),
    path("quarantine/", arranging.quarantine, name="quarantine"),
    path("quarantine/<uuid:kept_id>/", arranging.kept, name="kept"),
    path("quarantine/<uuid:kept_id>/raw/", arranging.kept_raw, name="kept_raw"),
    path("quarantine/<uuid:kept_id>/again/", arranging.try_again, name="try_again"),
    path("quarantine/<uuid:kept_id>/discard/", arranging.discard, name="discard"),
    path("sources/", arranging.sources, name="sources"),
    path("sources/new/", arranging.add, name="add_source"),
    path("sources/<uuid:source_id>/", arranging.source, name="source"),
    path("sources/<uuid:source_id>/poll/", arranging.poll, name="poll"),
    path("sources/<uuid:source_id>/remove/", arranging.remove, name="remove_source"),
    path("<uuid:external_id>/", reading.detail, name="detail"),
    path("<uuid:external_id>/raw/", reading.raw, name="raw"),
    path("<uuid:external_id>/cap/", reading.cap, name="cap"),
    path("<uuid:external_id>/draft/", reading.draft, name="draft"),
]
