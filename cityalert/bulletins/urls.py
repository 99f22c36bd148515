"""Addresses of bulletins."""

from django.urls import path

from cityalert.bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("", views.overview, name="list"),
    path("new/", views.new, name="new"),
    path("unnamed/", views.unnamed, name="unnamed"),
    path("<uuid:bulletin_id>/", views.detail, name="detail"),
    path("<uuid:bulletin_id>/read/", views.acknowledge, name="acknowledge"),
    path("<uuid:bulletin_id>/propose/", views.propose, name="propose"),
    path("<uuid:bulletin_id>/proposals/<uuid:proposal_id>/", views.answer, name="answer"),
]
