"""The sandbox itself: one object that holds the provider, the phones and the mailboxes, in memory and bounded."""

import threading
from dataclasses import dataclass

from django.conf import settings

from cityalert.sandbox.behaviour import DEMO_PACE, Pace
from cityalert.sandbox.inbound import Inbound
from cityalert.sandbox.mail import Mailboxes
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.provider import Twilio
from cityalert.sandbox.webhooks import Webhooks

INBOUND_PATH = "/provider/twilio/inbound/"


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox is set up."""

    account: str
    token: str
    inbound_url: str
    sender: str  # the number a Messaging Service chooses
    pace: Pace = Pace()
    keep_texts: int = 20_000
    keep_mail: int = 5_000


def options_from_settings(pace: Pace = DEMO_PACE) -> Options:
    """What the project's settings say; `pace` is how fast texts go their way."""
    return Options(
        account=settings.TWILIO_ACCOUNT_SID,
        token=settings.TWILIO_AUTH_TOKEN,
        sender=settings.TWILIO_FROM_NUMBER,
        inbound_url=settings.PUBLIC_URL.rstrip("/") + INBOUND_PATH,
        pace=pace,
    )


class Sandbox:
    """The outside world. `url` and `smtp_url` are known once it runs."""

    def __init__(self, options: Options) -> None:
        self.url = ""
        self.smtp_url = ""
        changed = threading.Condition()
        self.webhooks = Webhooks(options.token, changed)
        self.line = Inbound(options.inbound_url, self.webhooks)
        self.phones = Phones(changed, self.line)
        self.mailboxes = Mailboxes(changed, options.keep_mail)
        self.twilio = Twilio(
            account=options.account,
            token=options.token,
            sender=options.sender,
            pace=options.pace,
            keep=options.keep_texts,
            webhooks=self.webhooks,
            phones=self.phones,
            lock=changed,
        )
        self.line.twilio, self.line.phones = self.twilio, self.phones

    def calm(self) -> None:
        """Everything behaves again; what has arrived stays."""
        self.twilio.calm()
        self.mailboxes.calm()

    def clear(self) -> None:
        """As new, for the next test: nothing has arrived, nobody has said STOP, everything behaves."""
        self.calm()
        self.twilio.blocked.clear()
        self.twilio.messages.clear()
        self.phones.clear()
        self.mailboxes.clear()
