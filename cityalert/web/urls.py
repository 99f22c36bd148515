"""Addresses of the pages that belong to no feature."""

from django.urls import path

from cityalert.web import app, channels, command_centre, views

app_name = "web"
urlpatterns = [
    path("", command_centre.home, name="home"),
    path("language/", views.set_language, name="set_language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("service-worker.js", app.service_worker, name="service_worker"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("offline/<str:language>/", app.offline, name="offline"),
    path("hub/channels/", channels.channels, name="channels"),
    path("healthz", views.healthz, name="healthz"),
]
