"""The limit for a room: a bare `websockets` server that hands what one socket says to all of them, itself included."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed


async def main(port: int) -> None:
    """Serve until killed."""
    connections: set[ServerConnection] = set()

    async def hear(connection: ServerConnection) -> None:
        connections.add(connection)
        try:
            async for message in connection:
                broadcast(connections, message)
        except ConnectionClosed:
            pass  # whoever listened goes without a word
        finally:
            connections.discard(connection)

    async with serve(hear, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
