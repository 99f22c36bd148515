"""Addresses of a partner's web hooks, for its administrators."""

from django.urls import path

from cityalert.delivery.hooks import views

app_name = "hooks"
urlpatterns = [
    path("", views.overview, name="list"),
    path("<uuid:hook_id>/", views.hook, name="hook"),
    path("<uuid:hook_id>/secret/", views.renew_secret, name="renew_secret"),
    path("<uuid:hook_id>/test/", views.try_out, name="try_out"),
    path("<uuid:hook_id>/remove/", views.remove, name="remove"),
    path("<uuid:hook_id>/again/<int:delivery_id>/", views.send_again, name="send_again"),
]
