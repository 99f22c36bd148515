"""The product's own socket, and GET /publish, which appends to the feed in a thread of this process."""

import asyncio
import os
from datetime import timedelta
from time import monotonic_ns
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.sockets.card import LENGTH, card  # noqa: E402
from cityalert.lib import clock, tenancy  # noqa: E402
from cityalert.live import feed  # noqa: E402
from cityalert.live.asgi import websocket_application  # noqa: E402
from partners.models import Partner  # noqa: E402


@tenancy.across("a benchmark")
def publish() -> int:
    """One card for every partner of this server; the moment its transaction had committed."""
    committed: list[int] = []
    listeners = [f"partner:{pk}" for pk in partners()]
    content, at = {"en": card(LENGTH), "fr": card(LENGTH)}, clock.now()
    try:
        with transaction.atomic():
            transaction.on_commit(lambda: committed.append(monotonic_ns()))
            feed.append(content, listeners, at=at, expires_at=at + timedelta(hours=1))
    finally:
        connection.close()
    return committed[0]


def partners() -> list[Any]:
    """Those whose members are connected here."""
    named = Partner.objects.filter(short_name=os.environ["BENCH_GROUP"])
    return list(named.values_list("pk", flat=True))


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Sockets to the product, anything else publishes."""
    if scope["type"] == "websocket":
        await websocket_application(scope, receive, send)
        return
    await receive()
    body = str(await asyncio.to_thread(publish)).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
