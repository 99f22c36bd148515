"""Addresses of the auditor's page."""

from django.urls import path

from cityalert.auditor import views

app_name = "auditor"
urlpatterns = [path("", views.latest, name="latest")]
