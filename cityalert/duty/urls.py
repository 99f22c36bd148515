"""Addresses of who is on duty, and of how a partner is called."""

from django.urls import path

from cityalert.duty.views import calendars, policies, roster

app_name = "duty"
urlpatterns = [
    path("", roster.overview, name="roster"),
    path("hours/<int:membership_id>/", roster.hours_of, name="hours"),
    path("turns/new/", roster.new_turns, name="new_turns"),
    path("turns/<int:turns_id>/", roster.turns, name="turns"),
    path("turns/<int:turns_id>/remove/", roster.remove_turns, name="remove_turns"),
    path("swap/", roster.swap, name="swap"),
    path("swap/<int:swap_id>/remove/", roster.remove_swap, name="remove_swap"),
    path("calendar/", calendars.own, name="own_calendar"),
    path("calendar/close/", calendars.close, name="close_calendar"),
    path("calendar/read/<str:token>.ics", calendars.feed, name="calendar"),
    path("rota.ics", calendars.rota, name="rota"),
    path("note/", roster.note, name="note"),
    path("escalation/", policies.overview, name="policies"),
    path("escalation/<slug:severity>/", policies.policy, name="policy"),
    path("escalation/<slug:severity>/remove/", policies.remove, name="remove_policy"),
]
