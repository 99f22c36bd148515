"""Addresses of the directory for those who run the installation."""

from django.urls import path

from cityalert.directory import staff_views

app_name = "directory_staff"
urlpatterns = [
    path("", staff_views.alarms, name="alarms"),
    path("<int:alarm_id>/lift/", staff_views.lift, name="lift"),
]
