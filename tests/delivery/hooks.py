"""Twilio calling, signed as Twilio signs."""

from typing import Any

from django.conf import settings
from django.test import Client
from twilio.request_validator import RequestValidator


def twilio_calls(url: str, **form: Any) -> Any:
    """One of its web hooks."""
    signature = RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(
        settings.PUBLIC_URL + url, form
    )
    return Client().post(url, form, headers={"X-Twilio-Signature": signature})
