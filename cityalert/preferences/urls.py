"""Addresses of how one is reached."""

from django.urls import path

from cityalert.preferences import own_views, views

app_name = "preferences"
urlpatterns = [
    path("", views.overview, name="reached"),
    path("when/", own_views.when, name="when"),
    path("places/", own_views.places, name="places"),
    path("places/<int:place_id>/remove/", own_views.drop_place, name="drop_place"),
    path("away/", own_views.leave, name="away"),
    path("back/", own_views.come_back, name="back"),
    path("test/", own_views.trial, name="trial"),
    path("device/", views.add_device, name="add_device"),
    path("device/moved/", views.device_moved, name="device_moved"),
    path("<int:point_id>/test/", views.try_device, name="try_device"),
    path("<int:point_id>/code/", views.verify, name="verify"),
    path("<int:point_id>/code/again/", views.send_again, name="send_again"),
    path("<int:point_id>/severity/", views.hear_from, name="hear_from"),
    path("<int:point_id>/remove/", views.remove, name="remove"),
]
