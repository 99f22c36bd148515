"""Addresses of how one is reached."""

from django.urls import path

from cityalert.preferences import views

app_name = "preferences"
urlpatterns = [
    path("", views.overview, name="reached"),
    path("device/", views.add_device, name="add_device"),
    path("<int:point_id>/test/", views.try_device, name="try_device"),
    path("<int:point_id>/code/", views.verify, name="verify"),
    path("<int:point_id>/code/again/", views.send_again, name="send_again"),
    path("<int:point_id>/severity/", views.hear_from, name="hear_from"),
    path("<int:point_id>/remove/", views.remove, name="remove"),
]
