"""Addresses of prepared wording: a partner's own under /templates/, the network's under /hub/templates/."""

from django.urls import path

from cityalert.alerts.views import templates

own = [
    path("", templates.list_, name="list"),
    path("new/", templates.new, name="new"),
    path("<slug:key>/", templates.change, name="change"),
    path("<slug:key>/retire/", templates.retire, name="retire"),
]
networks = [
    path("", templates.staff_list, name="list"),
    path("new/", templates.staff_new, name="new"),
    path("<slug:key>/", templates.staff_change, name="change"),
    path("<slug:key>/retire/", templates.staff_retire, name="retire"),
]
