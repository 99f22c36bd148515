"""Addresses of sharing groups."""

from django.urls import path

from partners.groups import views

app_name = "groups"

urlpatterns = [
    path("", views.list_, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:group_id>/", views.detail, name="detail"),
    path("<uuid:group_id>/change/", views.change, name="change"),
    path("<uuid:group_id>/invite/", views.invite, name="invite"),
    path("<uuid:group_id>/answer/", views.answer, name="answer"),
    path("<uuid:group_id>/leave/", views.leave, name="leave"),
    path("<uuid:group_id>/open/", views.open_or_close, name="open"),
    path("<uuid:group_id>/partners/<uuid:partner_id>/", views.participant, name="participant"),
]
