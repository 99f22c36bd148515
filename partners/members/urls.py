"""A partner's members, and the page behind an invitation's link."""

from django.urls import path

from partners.members import invited

app_name = "members"
urlpatterns = [
    path("invitation/<str:token>/", invited.invited, name="invited"),
]
