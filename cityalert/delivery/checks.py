"""Refuses to start half configured: in production, texts and mail must have somewhere to go."""

from typing import Any

from django.conf import settings
from django.core import checks

from cityalert.delivery.costs import price_of

_NO_CREDENTIALS = checks.Error(
    "Twilio's credentials are the sandbox's: no text message would leave.",
    hint="Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM_NUMBER.",
    id="delivery.E001",
)
_UNREACHABLE = checks.Warning(
    "PUBLIC_URL does not begin with https://. Twilio's call-backs and people's own links would travel in the clear.",
    hint="Set PUBLIC_URL to the address people and Twilio reach this city at.",
    id="delivery.W001",
)
_NO_PUSH = checks.Warning(
    "VAPID_PRIVATE_KEY is empty: nobody can be told by push message.",
    hint="`manage.py vapid_key` draws one. Keep it: with another key every browser must be added again.",
    id="delivery.W002",
)


_MAIL_UNHEARD = checks.Error(
    "MAIL_PROVIDER is set, and ANYMAIL names no WEBHOOK_SECRET: nobody would hear of mail that came back.",
    hint='Put "WEBHOOK_SECRET": "user:password" into ANYMAIL, and give the provider the address with it.',
    id="delivery.E002",
)

_NO_PRICES = checks.Error(
    "PRICES holds something that is no price.",
    hint='Write each as provider=price, such as "twilio=0.0083,twilio-voice=0.014".',
    id="delivery.E003",
)


@checks.register
def check_prices(**_kwargs: Any) -> list[checks.CheckMessage]:
    """What a message costs is counted with them."""
    return [_NO_PRICES] if None in map(price_of, settings.PRICES.values()) else []


@checks.register
def check_providers(**_kwargs: Any) -> list[checks.CheckMessage]:
    """What production needs and a demo does without."""
    if not settings.IS_PRODUCTION:
        return []
    found: list[checks.CheckMessage] = []
    if settings.TWILIO_AUTH_TOKEN == settings.SANDBOX_AUTH_TOKEN:
        found.append(_NO_CREDENTIALS)
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(_UNREACHABLE)
    if not settings.VAPID_PRIVATE_KEY:
        found.append(_NO_PUSH)
    if settings.MAIL_PROVIDER and not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        found.append(_MAIL_UNHEARD)
    return found
