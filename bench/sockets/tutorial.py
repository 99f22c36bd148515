"""The usual way: a Channels consumer for each socket, a group in Redis, `group_send`. GET /publish sends."""

from time import monotonic_ns
from typing import Any

import django

django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

from bench.sockets.card import LENGTH, text  # noqa: E402

GROUP = "dashboards"


class Dashboard(AsyncWebsocketConsumer):
    """As in Channels' tutorial."""

    async def connect(self) -> None:
        """Join the group."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def alert(self, event: dict[str, str]) -> None:
        """Pass a message of the group on."""
        await self.send(text_data=event["text"])


consumer = Dashboard.as_asgi()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Sockets to the consumer, anything else publishes."""
    if scope["type"] == "websocket":
        await consumer(scope, receive, send)
        return
    await receive()
    began = monotonic_ns()
    layer: Any = get_channel_layer()
    await layer.group_send(GROUP, {"type": "alert", "text": text(LENGTH)})
    body = str(began).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
