"""Calls through Twilio's own library: the words are spoken, and a key answers. What it says is `spoken`'s."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings
from twilio.rest import Client

from cityalert.delivery import spoken
from cityalert.delivery.channels import by_twilio
from cityalert.delivery.channels.base import ChannelError, Message
from cityalert.lib import clock

# How long it rings before nobody answered (seconds): shorter than most voice mail takes to pick up.
RINGS_S = 25


class Voice:
    """Telephone calls by Twilio's Calls API. The words go with the request: it speaks even while our pages are down."""

    name = "voice"
    providers = ("twilio-voice",)
    in_flight = 10
    can_look_up = True

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Client]:
        """The same line as for texts."""
        async with by_twilio.line() as line:
            yield line

    async def send(self, line: Client, message: Message) -> str:
        """Have one number called; returns the call's SID."""
        if message.expires_at <= clock.now():
            raise ChannelError("ended before it could be called", permanent=True)
        try:
            call = await line.calls.create_async(
                to=message.address,
                from_=settings.TWILIO_VOICE_NUMBER,
                twiml=spoken.call(message.texts, message.language, keys_url(message.attempt_id)),
                status_callback=by_twilio.url_of("twilio_call", message.attempt_id),
                machine_detection="DetectMessageEnd",
                timeout=RINGS_S,
            )
        except by_twilio.FAILURES as error:
            raise by_twilio.failed(error) from error
        return str(call.sid)

    async def find(self, line: Client, message: Message) -> str | None:
        """Look for the call among those Twilio made to the number since the try began.

        A call does not say what it was for. If another alert had the same number called in the same seconds, the news
        of each (whose addresses name the attempt) puts that right.
        """
        try:
            calls = await line.calls.list_async(to=message.address, limit=20)
        except by_twilio.FAILURES as error:
            raise ChannelError("Twilio cannot be asked") from error
        since = message.started_at.replace(microsecond=0)
        return next((str(one.sid) for one in calls if one.date_created and one.date_created >= since), None)


def keys_url(attempt_id: int) -> str:
    """Where Twilio asks what a pressed key does."""
    return by_twilio.url_of("twilio_keys", attempt_id)
