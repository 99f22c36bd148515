"""Each text of a batch is said to be delivered, signed as Twilio signs: one server process, so many at a time."""

import asyncio
from functools import partial
from time import perf_counter
from urllib.parse import urlencode, urlsplit

import aiohttp
from django.conf import settings
from twilio.request_validator import RequestValidator

from bench import city, rounds
from bench.inside import notices, servers
from bench.inside.amounts import per_second
from bench.rows import Row
from cityalert.delivery import claiming, fanout, outcomes, recording
from cityalert.delivery.channels.sms_twilio import status_url
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt, Delivery
from cityalert.lib import clock

AT_A_TIME = 50
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Call = tuple[str, bytes, str]  # path, body, signature


def run(quick: bool) -> list[Row]:
    """In turn on the two servers."""
    count, times = (500, 3) if quick else (5_000, 5)
    with city.as_owner() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_news")
        connection.execute("CREATE TABLE bench_news (id bigserial PRIMARY KEY, body text)")
    with (
        servers.on_a_port("cityalert.asgi:application", "--lifespan", "off") as ours,
        servers.on_a_port("bench.inside.bare_insert:application", "--lifespan", "off") as bare,
    ):
        taken = rounds.medians(
            {"ours": partial(_told, ours, count, True), "bare": partial(_told, bare, count, False)}, times
        )
    city.empty_delivery()
    return [
        Row(
            f"call-backs, {AT_A_TIME} at a time, applied and committed", per_second(taken["ours"]),
            "bare ASGI, one INSERT each", per_second(taken["bare"]), taken["ours"] / taken["bare"],
        )
    ]  # fmt: skip


def _told(port: int, count: int, is_ours: bool) -> float:
    calls = _calls(count)
    began = perf_counter()
    asyncio.run(_post_all(port, calls))
    took = perf_counter() - began
    if is_ours:
        assert Delivery.objects.filter(state=State.DELIVERED).count() == count
    return count / took


def _calls(count: int) -> list[Call]:
    """So many texts have been sent; what Twilio will say of each."""
    city.empty_delivery()
    notice = notices.post(notices.by("sms", count), clock.now())
    assert fanout.fan_out(notice.pk, at=clock.now()) == count
    messages = claiming.claim("sms", at=clock.now(), limit=count)
    taken = [
        outcomes.Result(one, Attempt.Outcome.ACCEPTED, State.SENT, f"SM{one.attempt_id:032}")
        for one in messages
    ]
    recording.record(taken, at=clock.now())
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    calls = []
    for one in messages:
        url = status_url(one.attempt_id)
        form = {
            "AccountSid": settings.TWILIO_ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "From": settings.TWILIO_FROM_NUMBER,
            "MessageSid": f"SM{one.attempt_id:032}",
            "MessageStatus": "delivered",
            "SmsSid": f"SM{one.attempt_id:032}",
            "SmsStatus": "delivered",
            "To": one.address,
        }
        calls.append((urlsplit(url).path, urlencode(form).encode(), validator.compute_signature(url, form)))
    return calls


async def _post_all(port: int, calls: list[Call]) -> None:
    waiting = iter(calls)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=FORM) as session:

        async def poster() -> None:
            for path, body, signature in waiting:
                headers = {"X-Twilio-Signature": signature}
                async with session.post(path, data=body, headers=headers) as answer:
                    assert answer.status == 204, (answer.status, await answer.text())

        await asyncio.gather(*(poster() for _ in range(AT_A_TIME)))
