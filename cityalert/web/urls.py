"""Addresses of the pages that belong to no feature."""

from django.urls import path

from cityalert.web import command_centre, views

app_name = "web"
urlpatterns = [
    path("", command_centre.home, name="home"),
    path("language/", views.set_language, name="set_language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
]
