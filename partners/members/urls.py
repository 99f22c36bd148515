"""A partner's members, and the page behind an invitation's link."""

from django.urls import path

from partners.members import choosing, invited, views

app_name = "members"
urlpatterns = [
    path("invitation/<str:token>/", invited.invited, name="invited"),
    path("partners/acting-for/", choosing.choose, name="choose"),
    path("partners/members/", views.members, name="list"),
    path("partners/members/invite/", views.invite, name="invite"),
    path("partners/members/invitations/<uuid:invitation_id>/resend/", views.resend, name="resend"),
    path("partners/members/invitations/<uuid:invitation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("partners/members/<int:membership_id>/", views.member, name="member"),
    path("partners/members/<int:membership_id>/suspend/", views.suspend, name="suspend"),
    path("partners/members/<int:membership_id>/restore/", views.restore, name="restore"),
    path("partners/members/<int:membership_id>/end/", views.end, name="end"),
]
