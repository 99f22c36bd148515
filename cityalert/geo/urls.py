"""Addresses of geo's JSON."""

from django.urls import path

from cityalert.geo import views

app_name = "geo"
urlpatterns = [
    path("zones.json", views.zones, name="zones"),
    path("places/", views.places, name="places"),
]
