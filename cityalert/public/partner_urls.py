"""Addresses of the keys to a partner's feeds, for its administrators."""

from django.urls import path

from cityalert.public.views import keys

app_name = "feed_keys"
urlpatterns = [
    path("", keys.overview, name="list"),
    path("<uuid:key_id>/revoke/", keys.revoke, name="revoke"),
]
