"""Text messages, by whichever provider the message was given to (`failover`): Twilio, or a gateway beside it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from django.conf import settings

from cityalert.delivery.channels.base import Message
from cityalert.delivery.channels.sms_gateway import Gateway
from cityalert.delivery.channels.sms_twilio import Twilio

PROVIDERS: Mapping[str, Twilio | Gateway] = {one.name: one for one in (Twilio(), Gateway())}


class Sms:
    """Each provider is a file of its own; both can be asked what they have."""

    name = "sms"
    in_flight = 50
    can_look_up = True

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that are set up, the preferred first."""
        return ("twilio", "gateway") if settings.SMS_GATEWAY_URL else ("twilio",)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[dict[str, Any]]:
        """A line to each."""
        async with AsyncExitStack() as stack:
            yield {name: await stack.enter_async_context(PROVIDERS[name].open()) for name in self.providers}

    async def send(self, line: dict[str, Any], message: Message) -> str:
        """Hand one text to its provider; returns that provider's id."""
        return await PROVIDERS[message.provider].send(line[message.provider], message)

    async def find(self, line: dict[str, Any], message: Message) -> str | None:
        """Ask the provider that may have it, whoever sends now."""
        provider = message.provider or self.providers[0]  # tries from before there were two
        if provider not in line:
            async with PROVIDERS[provider].open() as own:
                return await PROVIDERS[provider].find(own, message)
        return await PROVIDERS[provider].find(line[provider], message)
