"""The sandbox itself: one object that holds provider, phones and mailboxes, in memory and bounded."""

import threading

from cityalert.sandbox.gateway import Gateway
from cityalert.sandbox.hooks import Programs
from cityalert.sandbox.inbound import Inbound
from cityalert.sandbox.mail import Mailboxes
from cityalert.sandbox.naad import Naad
from cityalert.sandbox.options import Options
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.provider import Twilio
from cityalert.sandbox.push import PushService
from cityalert.sandbox.webhooks import Webhooks


class Sandbox:
    """The outside world. `url` and `smtp_url` are known once it runs."""

    def __init__(self, options: Options) -> None:
        self.url = ""
        self.smtp_url = ""
        changed = threading.Condition()
        self.webhooks = Webhooks(options.token, changed)
        self.line = Inbound(options.inbound_url, self.webhooks)
        self.phones = Phones(changed, self.line)
        self.mailboxes = Mailboxes(changed, options.keep_mail, options.keep_mail_bytes)
        self.naad = Naad()
        self.push = PushService(changed)
        self.programs = Programs(changed)
        self.twilio = Twilio(options, self.phones, self.webhooks, changed)
        self.calls = self.twilio.calls
        self.gateway = Gateway(options.gateway_token, options.gateway_secret, self.phones, self.webhooks)
        self.line.twilio, self.line.phones = self.twilio, self.phones

    def calm(self) -> None:
        """Everything behaves again; what has arrived stays."""
        self.twilio.calm()
        self.mailboxes.calm()
        self.push.calm()

    def clear(self) -> None:
        """As new, for the next test: nothing has arrived, nobody has said STOP, everything behaves."""
        self.calm()
        self.twilio.blocked.clear()
        self.twilio.messages.clear()
        self.calls.made.clear()
        self.gateway.clear()
        self.phones.clear()
        self.mailboxes.clear()
        self.naad.clear()
        self.push.clear()
        self.programs.clear()
