"""SMS through Twilio's own library. Without credentials the same library talks to the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import aiohttp
from django.conf import settings
from django.urls import reverse
from twilio.base import values
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from yarl import URL

from cityalert.delivery.channels.base import ChannelError, Message, OutcomeUnknown
from cityalert.lib import clock

MAX_VALIDITY_S = 36_000

# https://www.twilio.com/docs/api/errors: what they mean for us.
GONE = {21211: "not a valid number", 21614: "not a mobile number"}
OPTED_OUT = {21610: "STOP"}
NOT_THEIR_FAULT = {20003, 20005, 21212, 21606, 21703}  # our account, number or service is set up wrongly


class Http(AsyncTwilioHttpClient):
    """Twilio's client with a time limit for each request, which it does not set, and its form written quickly."""

    async def request(  # noqa: PLR0913, PLR0917 - the library's own
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
        allow_redirects: bool = False,
    ) -> Response:
        """The same request; to the sandbox, where that stands for api.twilio.com."""
        if settings.SANDBOX_URL:
            url = url.replace("https://api.twilio.com", settings.SANDBOX_URL, 1)
        headers = dict(headers or {})
        if auth:
            headers["Authorization"] = aiohttp.encode_basic_auth(*auth)
        # aiohttp's form and login cost as much as all the rest of a request.
        form: Any = URL.build(query=data).raw_query_string.encode() if data else None
        limit = timeout or settings.DELIVERY_TIMEOUT_S
        return await super().request(method, url, params, form, headers, None, limit, allow_redirects)

    def log_request(self, kwargs: object) -> None:
        """Nothing: numbers and texts never reach our logs."""

    def log_response(self, status_code: int, response: Response) -> None:
        """Nothing, as above."""


def status_url(attempt_id: int) -> str:
    """Where Twilio reports on an attempt. The id in the path tells us of a message whose answer we never got."""
    before, after = _status_path()
    return f"{settings.PUBLIC_URL}{before}{attempt_id}{after}"


@cache
def _status_path() -> tuple[str, str]:
    """What stands before and after the id. Asked for each message it would be a third of what sending one costs."""
    before, _id, after = reverse("delivery:twilio_status", args=[0]).rpartition("0")
    return before, after


class Sms:
    """Text messages by Twilio's Messages API, from a messaging service or a number."""

    name = "sms"
    in_flight = 50
    can_look_up = True

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Client]:
        """One client with its connections kept alive: a new one per message would shake hands each time."""
        async with Http() as http:
            yield Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)

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
        except TwilioRestException as error:
            raise _refusal(error) from error
        except aiohttp.ClientConnectorError as error:
            raise ChannelError("Twilio cannot be reached", pause_s=5) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OutcomeUnknown(type(error).__name__) from error
        return str(sent.sid)

    async def find(self, line: Client, message: Message) -> str | None:
        """Look for the message among those Twilio has for the number."""
        # Each text carries its recipient's own link, which no other message to that number has.
        try:
            sent = await line.messages.list_async(to=message.address, limit=100)
        except (TimeoutError, TwilioRestException, aiohttp.ClientError) as error:
            raise ChannelError("Twilio cannot be asked") from error
        return next((str(one.sid) for one in sent if message.link in (one.body or "")), None)


def _refusal(error: TwilioRestException) -> ChannelError | OutcomeUnknown:
    code = int(error.code or 0)
    if error.status >= 500:
        # A server's fault may come after it took the message.
        return OutcomeUnknown(f"Twilio answered {error.status}")
    if error.status == 429:
        return ChannelError("Twilio asks us to slow down", pause_s=1)
    if code in NOT_THEIR_FAULT:
        return ChannelError(f"Twilio refused our account or number ({code})", pause_s=15)
    return ChannelError(
        GONE.get(code) or OPTED_OUT.get(code) or f"Twilio refused it ({code or error.status})",
        permanent=True,
        is_gone=code in GONE,
        opted_out=code in OPTED_OUT,
    )
