"""Addresses of what a partner keeps."""

from django.urls import path

from cityalert.records import views

app_name = "records"
urlpatterns = [
    path("records/", views.overview, name="list"),
    path("records/<uuid:conversation_id>/", views.detail, name="detail"),
    path("records/<uuid:conversation_id>/hold/", views.hold, name="hold"),
    path("records/<uuid:conversation_id>/lift/", views.lift, name="lift"),
    path("records/<uuid:conversation_id>/copy/", views.take_out, name="take_out"),
]
