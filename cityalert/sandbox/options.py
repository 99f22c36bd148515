"""How a sandbox is set up, from the project's settings or by hand."""

from dataclasses import dataclass

from django.conf import settings

from cityalert.sandbox.behaviour import AT_ONCE, Pace

INBOUND_PATH = "/provider/twilio/inbound/"


@dataclass(frozen=True, slots=True)
class Options:
    """Credentials, addresses, pace and bounds."""

    account: str
    token: str
    inbound_url: str
    sender: str  # the number a Messaging Service chooses
    pace: Pace = AT_ONCE
    gateway_token: str = "gateway"  # noqa: S105 - known to everybody
    gateway_secret: str = "gateway"  # noqa: S105
    keep_texts: int = 20_000
    keep_mail: int = 5_000
    keep_mail_bytes: int = 100_000_000


def from_settings(pace: Pace = AT_ONCE) -> Options:
    """What the project's settings say; `pace` is how fast texts go their way."""
    return Options(
        account=settings.TWILIO_ACCOUNT_SID,
        token=settings.TWILIO_AUTH_TOKEN,
        sender=settings.TWILIO_FROM_NUMBER,
        inbound_url=settings.PUBLIC_URL.rstrip("/") + INBOUND_PATH,
        pace=pace,
        gateway_token=settings.SMS_GATEWAY_TOKEN,
        gateway_secret=settings.SMS_GATEWAY_SECRET,
    )
