"""The limit: a server of the bare `websockets` library that does nothing but `broadcast()`. GET /publish makes it."""

import asyncio
import sys
from time import monotonic_ns

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

from bench.sockets.card import LENGTH, text


async def main(port: int) -> None:
    """Serve until killed."""
    connections: set[ServerConnection] = set()

    async def stay(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()
        connections.discard(connection)

    def publish(connection: ServerConnection, request: Request) -> Response | None:
        if request.path != "/publish":
            return None
        began = monotonic_ns()
        broadcast(connections, text(LENGTH))
        return connection.respond(200, str(began))

    async with serve(
        stay, "127.0.0.1", port, compression=None, ping_interval=None, process_request=publish, backlog=4096
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    loop = uvloop.new_event_loop if sys.argv[2] == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main(int(sys.argv[1])))
