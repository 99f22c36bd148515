"""Addresses of sites."""

from django.urls import path

from partners.sites import placing_views, views

app_name = "sites"
urlpatterns = [
    path("", views.list_, name="list"),
    path("new/", views.add, name="add"),
    path("placing/", placing_views.bring, name="bring"),
    path("placing/template.csv", placing_views.template, name="template"),
    path("placing/<uuid:placing_id>/", placing_views.preview, name="placing"),
    path("placing/<uuid:placing_id>/look-up/", placing_views.look_up, name="look_up"),
    path("placing/<uuid:placing_id>/confirm/", placing_views.confirm, name="confirm"),
    path("placing/<uuid:placing_id>/undo/", placing_views.undo, name="undo"),
    path("<uuid:site_id>/", views.detail, name="detail"),
    path("<uuid:site_id>/edit/", views.edit, name="edit"),
    path("<uuid:site_id>/archive/", views.archive, name="archive"),
    path("<uuid:site_id>/restore/", views.restore, name="restore"),
]
