"""Addresses of drills."""

from django.urls import path

from cityalert.exercises import views

app_name = "exercises"
urlpatterns = [
    path("", views.overview, name="list"),
    path("new/", views.plan, name="plan"),
    path("<uuid:drill_id>/", views.detail, name="drill"),
    path("<uuid:drill_id>/call-off/", views.call_off, name="call_off"),
    path("<uuid:drill_id>/start/", views.start, name="start"),
    path("held/<uuid:run_id>/", views.run, name="run"),
    path("held/<uuid:run_id>/stop/", views.stop, name="stop"),
    path("held/<uuid:run_id>/results.csv", views.export, name="csv"),
]
