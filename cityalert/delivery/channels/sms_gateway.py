"""SMS through an HTTP gateway of another make: plain JSON. The second provider, for when the first one fails."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from django.conf import settings

from cityalert.delivery.channels import by_twilio
from cityalert.delivery.channels.base import ChannelError, Message, OutcomeUnknown
from cityalert.lib import clock

# What it says of a number, in the field "error" of a 422.
_NUMBERS = {
    "opted_out": {"opted_out": True},
    "no_such_number": {"is_gone": True},
    "not_textable": {"permanent": True},
}


class Gateway:
    """POST /messages with a reference of ours, by which it can be asked what it has."""

    name = "gateway"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[aiohttp.ClientSession]:
        """One session with its connections kept alive."""
        timeout = aiohttp.ClientTimeout(total=settings.DELIVERY_TIMEOUT_S)
        headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            yield session

    async def send(self, line: aiohttp.ClientSession, message: Message) -> str:
        """Hand over one text; returns the gateway's id."""
        left_s = int((message.expires_at - clock.now()).total_seconds())
        if left_s < 1:
            raise ChannelError("ended before it could be sent", permanent=True)
        asked = {
            "to": message.address,
            "text": message.text("sms"),
            "reference": str(message.attempt_id),
            "valid_for_s": left_s,
            "callback_url": by_twilio.url_of("gateway_status", message.attempt_id),
        }
        try:
            async with line.post(f"{settings.SMS_GATEWAY_URL}/messages", json=asked) as answer:
                status, said = answer.status, await _json(answer)
        except aiohttp.ClientConnectorError as error:
            raise ChannelError("the gateway cannot be reached", pause_s=5) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OutcomeUnknown(type(error).__name__) from error
        if status == 202 and said.get("id"):
            return str(said["id"])
        raise _refusal(status, str(said.get("error", "")))

    async def find(self, line: aiohttp.ClientSession, message: Message) -> str | None:
        """The gateway's id of what it took under this attempt's reference."""
        asked = {"reference": str(message.attempt_id)}
        try:
            async with line.get(f"{settings.SMS_GATEWAY_URL}/messages", params=asked) as answer:
                said = await _json(answer)
                if answer.status != 200:
                    raise ChannelError(f"the gateway answered {answer.status}")
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ChannelError("the gateway cannot be asked") from error
        return next((str(one["id"]) for one in said.get("messages", [])), None)


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """What it says, if it is a small JSON object; nothing otherwise."""
    try:
        said = json.loads((await answer.content.read(64 * 1024)).decode())
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _refusal(status: int, error: str) -> ChannelError | OutcomeUnknown:
    if status >= 500 or status == 202:
        return OutcomeUnknown(f"the gateway answered {status}")
    if status == 429:
        return ChannelError("the gateway asks us to slow down", pause_s=1)
    if status in {401, 403, 404}:
        return ChannelError(f"the gateway refused us ({status})", pause_s=15)
    about_number = _NUMBERS.get(error, {"permanent": True})
    return ChannelError(f"the gateway refused it ({error or status})", **about_number)
