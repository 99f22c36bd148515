"""Addresses of the network's own sources, for those who run the installation."""

from django.urls import path

from cityalert.exchange.views import arranging

app_name = "exchange_staff"
urlpatterns = [
    path("quarantine/", arranging.staff_quarantine, name="quarantine"),
    path("quarantine/<uuid:kept_id>/", arranging.staff_kept, name="kept"),
    path("quarantine/<uuid:kept_id>/raw/", arranging.staff_kept_raw, name="kept_raw"),
    path("quarantine/<uuid:kept_id>/again/", arranging.staff_try_again, name="try_again"),
    path("quarantine/<uuid:kept_id>/discard/", arranging.staff_discard, name="discard"),
    path("", arranging.staff_sources, name="sources"),
    path("new/", arranging.staff_add, name="add_source"),
    path("<uuid:source_id>/", arranging.staff_source, name="source"),
    path("<uuid:source_id>/poll/", arranging.staff_poll, name="poll"),
    path("<uuid:source_id>/remove/", arranging.staff_remove, name="remove_source"),
]
