"""Addresses of who is on duty, and of how a partner is called."""

from django.urls import path

from cityalert.duty.views import policies, roster

app_name = "duty"
urlpatterns = [
    path("", roster.overview, name="roster"),
    path("hours/<int:membership_id>/", roster.hours_of, name="hours"),
    path("escalation/", policies.overview, name="policies"),
    path("escalation/<slug:severity>/", policies.policy, name="policy"),
    path("escalation/<slug:severity>/remove/", policies.remove, name="remove_policy"),
]
