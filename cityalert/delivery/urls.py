"""A person's own link, and the providers' call-backs."""

from django.urls import path

from cityalert.delivery import views

app_name = "delivery"
urlpatterns = [
    path("a/<str:token>/", views.answer, name="answer"),
    path("a/<str:token>/report/", views.report, name="report"),
    path("provider/twilio/status/<int:attempt_id>/", views.twilio_status, name="twilio_status"),
    path("provider/twilio/call/<int:attempt_id>/", views.twilio_call, name="twilio_call"),
    path("provider/twilio/keys/<int:attempt_id>/", views.twilio_keys, name="twilio_keys"),
    path("provider/mail/", views.mail_events, name="mail_events"),
    path("provider/gateway/status/<int:attempt_id>/", views.gateway_status, name="gateway_status"),
    path("provider/gateway/inbound/", views.gateway_inbound, name="gateway_inbound"),
    path("provider/twilio/inbound/", views.twilio_inbound, name="twilio_inbound"),
]
