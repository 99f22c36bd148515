"""Twilio's Messages API over HTTP, as plain ASGI so that it is quick. The decisions are in provider."""

import asyncio
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from itertools import dropwhile, islice
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware

from cityalert.sandbox import calls_api
from cityalert.sandbox.behaviour import Fault
from cityalert.sandbox.errors import Refusal, refusal
from cityalert.sandbox.http import (
    Receive,
    Response,
    Scope,
    Send,
    TooLarge,
    form,
    hang_up,
    header,
    read_form,
    until_gone,
)
from cityalert.sandbox.messages import API, Message
from cityalert.sandbox.provider import Twilio

PREFIX = f"/{API}/"
_PATH = re.compile(rf"/{API}/Accounts/(AC[0-9a-fA-F]{{32}})/Messages(?:/((?:SM|MM)[0-9a-fA-F]{{32}}))?\.json")
PAGE_SIZES = range(1, 1001)


async def answer(twilio: Twilio, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request of the API."""
    try:
        _check_who_asks(twilio, scope)
        if "/Calls" in scope["path"]:
            fields, query = await _form(receive), form(scope["query_string"])
            body, status = calls_api.answer(
                twilio.calls, twilio.account, scope["method"], scope["path"], fields, query
            )
            await _json(body, status).send(send)
            return
        sid = _resource(twilio, scope)
        if scope["method"] == "POST" and not sid:
            await _create(twilio, scope, receive, send)
            return
        await _json(_other(twilio, scope, sid, await _form(receive))).send(send)
    except Refusal as refused:
        if twilio.latency:
            await asyncio.sleep(twilio.latency)
        await _json(refused.as_json(), refused.status).send(send)


async def _form(receive: Receive) -> dict[str, str]:
    try:
        return await read_form(receive)
    except TooLarge:
        raise refusal(21617) from None


def _check_who_asks(twilio: Twilio, scope: Scope) -> None:
    expected = b"Basic " + b64encode(f"{twilio.account}:{twilio.token}".encode())
    if not hmac.compare_digest(header(scope["headers"], b"authorization"), expected):
        raise refusal(20003)


def _resource(twilio: Twilio, scope: Scope) -> str:
    """The path is one of ours: the message's sid, or nothing for the list."""
    match = _PATH.fullmatch(scope["path"])
    if not match or match[1] != twilio.account:
        raise refusal(20404, scope["path"])
    return match[2] or ""


async def _create(twilio: Twilio, scope: Scope, receive: Receive, send: Send) -> None:
    fields = await _form(receive)
    if twilio.before_accepting(fields.get("To", "")) is Fault.DROP:
        await hang_up(scope, receive)
        return
    accepted = twilio.create(fields)
    # What is sent back is how it stands now; the carrier moves on meanwhile.
    response = _json(accepted.message.as_json(), 201)
    if twilio.latency:
        await asyncio.sleep(twilio.latency)
    if accepted.fault is Fault.HANG:
        await until_gone(receive)
    elif accepted.fault is Fault.DROP_AFTER:
        await hang_up(scope, receive)
    else:
        await response.send(send)


def _other(twilio: Twilio, scope: Scope, sid: str, fields: Mapping[str, str]) -> dict[str, Any] | None:
    method = scope["method"]
    if not sid:
        if method != "GET":
            raise refusal(20004)
        return _page(twilio, scope["path"], form(scope["query_string"]))
    message = twilio.messages.get(sid)
    if message is None:
        raise refusal(20404, scope["path"])
    if method == "GET":
        return message.as_json()
    if method == "POST":
        return _update(message, fields).as_json()
    if method == "DELETE":
        twilio.messages.remove(message)
        return None
    raise refusal(20004)


def _update(message: Message, fields: Mapping[str, str]) -> Message:
    """Cancel what was not sent yet, or redact the words."""
    if fields.get("Status") == "canceled":
        if message.status not in ("queued", "accepted", "scheduled"):
            raise refusal(20001, f"A message that is {message.status} cannot be canceled")
        message.become("canceled")
    if fields.get("Body") == "":
        message.body = ""
    return message


def _page(twilio: Twilio, path: str, query: dict[str, str]) -> dict[str, Any]:
    """One page of the list, the newest first; a token names the last message of the page before."""
    size = _number(query, "PageSize", default=50)
    page = _number(query, "Page", default=0)
    if size not in PAGE_SIZES:
        raise refusal(20001, f"PageSize {size} is not between {PAGE_SIZES[0]} and {PAGE_SIZES[-1]}")
    found = _matching(twilio, query)
    last = query.get("PageToken", "").removeprefix("PA")
    if last:
        found = islice(dropwhile(lambda message: message.sid != last, found), 1, None)
    elif page:
        found = islice(found, page * size, None)
    shown = list(islice(found, size + 1))
    more, shown = len(shown) > size, shown[:size]
    filters = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def uri(number: int, token: str = "") -> str:
        parts = filters | {"PageSize": size, "Page": number} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode(parts)}"

    return {
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1, f"PA{shown[-1].sid}") if more else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": page * size,
        "uri": uri(page, query.get("PageToken", "")),
        "messages": [message.as_json() for message in shown],
    }


def _matching(twilio: Twilio, query: Mapping[str, str]) -> Iterator[Message]:
    on, since, until = (_moment(query.get(name, "")) for name in ("DateSent", "DateSent>", "DateSent<"))
    to, sender = query.get("To"), query.get("From")
    for message in twilio.messages.newest_first(to):
        # A message not sent yet counts by when it was made, so that whoever asks what became of it finds it.
        at = message.dated_at
        if sender and message.sender != sender:
            continue
        if (since and at < since) or (until and at > until):
            continue
        if on and not on <= at < on + timedelta(days=1):
            continue
        yield message


def _moment(text: str) -> datetime | None:
    """A date (its midnight) or a time, in UTC unless it says otherwise."""
    if not text:
        return None
    try:
        day = parse_date(text)
        if day:
            return datetime.combine(day, time.min, UTC)
        moment = parse_datetime(text) or parsedate_to_datetime(text)
    except ValueError:
        raise refusal(20001, f"{text} is not a date") from None
    return make_aware(moment, UTC) if is_naive(moment) else moment


def _number(query: Mapping[str, str], name: str, *, default: int) -> int:
    text = query.get(name, "") or str(default)
    if not text.isdecimal():
        raise refusal(20001, f"{name} {text} is not a number")
    return int(text)


def _json(body: dict[str, Any] | None, status: int = 200) -> Response:
    if body is None:
        return Response(status=204, content_type=b"application/json")
    return Response(json.dumps(body).encode(), status, content_type=b"application/json")
