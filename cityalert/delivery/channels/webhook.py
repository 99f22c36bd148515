"""Web hooks: a signed POST to a program of a partner's. It is told again for days, and knows a repetition by its id."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings

from cityalert.delivery.channels.base import ChannelError, Message
from cityalert.delivery.hooks import signing
from cityalert.lib import clock, outbound
from cityalert.subscriptions.devices import trusted


class Webhook:
    """One POST for each message. Its receiver is not asked what it has: it is told again."""

    name = "webhook"
    in_flight = 20
    can_look_up = False
    longest_wait_s = 6 * 3600

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Nothing is kept open between messages."""
        yield None

    async def send(self, _line: None, message: Message) -> str:
        """Hand over one message; returns what was answered.

        No answer is no unknown outcome: the receiver knows a repetition by `webhook-id`, so it is simply told again.
        """
        url, *keys = message.address.split(" ")
        if not keys:
            raise ChannelError("the web hook is switched off or gone", permanent=True)
        body = message.texts["webhook"].encode()
        signed = signing.headers(message.message_key, body, keys, at=clock.now())
        try:
            answer = await outbound.request(
                "POST",
                url,
                body=body,
                headers={"Content-Type": "application/json", **signed},
                allow=trusted(),
                within_s=settings.DELIVERY_TIMEOUT_S,
            )
        except outbound.NotAllowed as error:
            raise ChannelError(str(error)) from error
        except outbound.NotConnected as error:
            raise ChannelError("no connection") from error
        except outbound.Unreachable as error:
            raise ChannelError("no answer in time") from error
        if not 200 <= answer.status < 300:
            raise ChannelError(f"answered {answer.status}")
        return f"answered {answer.status}"

    async def find(self, _line: None, _message: Message) -> str | None:
        """Always raises ChannelError."""
        raise ChannelError("a web hook's receiver cannot be asked")
