"""What SMS and voice share: Twilio's own client with a time limit, and what its refusals mean for us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import aiohttp
from django.conf import settings
from django.urls import reverse
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from yarl import URL

from cityalert.delivery.channels.base import ChannelError, OutcomeUnknown

# https://www.twilio.com/docs/api/errors: what they mean for us.
GONE = {
    21211: "not a valid number",
    21614: "not a mobile number",
    21214: "not a number that can be called",
    21217: "not a valid number",
}
OPTED_OUT = {21610: "STOP"}
# our account, number or service is set up wrongly
NOT_THEIR_FAULT = {20003, 20005, 21210, 21212, 21606, 21703}


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


@asynccontextmanager
async def line() -> AsyncIterator[Client]:
    """One client with its connections kept alive: a new one per message would shake hands each time."""
    async with Http() as http:
        yield Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)


def url_of(route: str, attempt_id: int) -> str:
    """Where Twilio reports on an attempt. The id in the path tells us of a message whose answer we never got."""
    before, after = _path(route)
    return f"{settings.PUBLIC_URL}{before}{attempt_id}{after}"


@cache
def _path(route: str) -> tuple[str, str]:
    """What stands before and after the id. Asked for each message it would be a third of what sending one costs."""
    before, _id, after = reverse(f"delivery:{route}", args=[0]).rpartition("0")
    return before, after


def failed(error: Exception) -> ChannelError | OutcomeUnknown:
    """What an exception of the client means: certainly not sent, or perhaps."""
    if isinstance(error, TwilioRestException):
        return _refusal(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ChannelError("Twilio cannot be reached", pause_s=5)
    return OutcomeUnknown(type(error).__name__)


# What `failed` is for.
FAILURES = (TwilioRestException, TimeoutError, aiohttp.ClientError)


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
