"""Addresses of the directory."""

from django.urls import path

from cityalert.directory import views

app_name = "directory"
urlpatterns = [
    path("", views.search, name="search"),
    path("entry/", views.entry, name="entry"),
    path("liaison/", views.liaison, name="liaison"),
    path("liaison/new/", views.name_liaison, name="name_liaison"),
    path("liaison/<int:liaison_id>/remove/", views.remove_liaison, name="remove_liaison"),
    path("<uuid:partner_id>/", views.partner, name="partner"),
    path("<uuid:partner_id>/contacts/<int:contact_id>/", views.contact, name="contact"),
]
