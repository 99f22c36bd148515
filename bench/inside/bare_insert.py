"""The least that could take a call-back in: an ASGI application that commits one INSERT for each, and answers."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from psycopg_pool import AsyncConnectionPool

_ADDRESS = os.environ["DATABASE_OWNER_URL"].replace("postgis://", "postgresql://", 1)
_pools: list[AsyncConnectionPool] = []


async def application(
    _scope: Any,
    receive: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """Whatever is posted is written down as it is."""
    if not _pools:
        pool = AsyncConnectionPool(
            _ADDRESS, min_size=10, max_size=10, open=False, kwargs={"autocommit": True}
        )
        _pools.append(pool)
        await pool.open()
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    async with _pools[0].connection() as connection:
        await connection.execute("INSERT INTO bench_news (body) VALUES (%s)", [body.decode()])
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
