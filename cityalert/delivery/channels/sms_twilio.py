"""SMS through Twilio's own library. Without credentials the same library talks to the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings
from twilio.base import values
from twilio.rest import Client

from cityalert.delivery.channels import by_twilio
from cityalert.delivery.channels.base import ChannelError, Message
from cityalert.lib import clock

MAX_VALIDITY_S = 36_000


def status_url(attempt_id: int) -> str:
    """Where Twilio reports on an attempt."""
    return by_twilio.url_of("twilio_status", attempt_id)


class Twilio:
    """Text messages by Twilio's Messages API, from a messaging service or a number."""

    name = "twilio"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Client]:
        """One client for many messages."""
        async with by_twilio.line() as line:
            yield line

    async def send(self, line: Client, message: Message) -> str:
        """Hand one text to Twilio; returns its SID."""
        left_s = int((message.expires_at - clock.now()).total_seconds())
        if left_s < 1:
            raise ChannelError("ended before it could be sent", permanent=True)
        service = settings.TWILIO_MESSAGING_SERVICE_SID
        try:
            sent = await line.messages.create_async(
                to=message.address,
                body=message.text("sms"),
                messaging_service_sid=service or values.unset,
                from_=values.unset if service else settings.TWILIO_FROM_NUMBER,
                status_callback=status_url(message.attempt_id),
                validity_period=min(left_s, MAX_VALIDITY_S),
            )
        except by_twilio.FAILURES as error:
            raise by_twilio.failed(error) from error
        return str(sent.sid)

    async def find(self, line: Client, message: Message) -> str | None:
        """Look for the message among those Twilio has for the number."""
        # Each text carries its recipient's own link, which no other message to that number has.
        try:
            sent = await line.messages.list_async(to=message.address, limit=100)
        except by_twilio.FAILURES as error:
            raise ChannelError("Twilio cannot be asked") from error
        return next((str(one.sid) for one in sent if message.link in (one.body or "")), None)
