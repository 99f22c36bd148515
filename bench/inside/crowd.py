"""Readers of the public pages, as a process: `crowd.py PORT PATH READERS`. It stops when its input ends.

All of them come within ten seconds, by chance at an even rate, to the list and to the alert in turn; then others do.
Prints "reading" once the first pages have come, and at the end how many came in all.
"""

import asyncio
import random
import sys
from itertools import cycle

AT_ONCE = 200
WITHIN_S = 10.0


async def main(port: int, path: str, readers: int) -> None:
    """Read until the input ends."""
    pages, first = [0], asyncio.Event()
    gap = WITHIN_S / readers
    work: asyncio.Queue[str] = asyncio.Queue(maxsize=AT_ONCE)
    crowd = [asyncio.create_task(_read(port, work, pages, first)) for _ in range(AT_ONCE)]
    coming = asyncio.create_task(_come(work, path, gap))
    await first.wait()
    print("reading", flush=True)
    pages[0] = 0
    await asyncio.to_thread(sys.stdin.read)
    for task in (coming, *crowd):
        task.cancel()
    print(pages[0], flush=True)


async def _come(work: "asyncio.Queue[str]", path: str, gap: float) -> None:
    """One after another."""
    for wanted in cycle(("/public/en/", path)):
        await work.put(wanted)
        await asyncio.sleep(random.expovariate(1 / gap))


async def _read(port: int, work: "asyncio.Queue[str]", pages: list[int], first: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        wanted = await work.get()
        request = f"GET {wanted} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
        writer.write(request.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if " 200 " not in head.partition("\r\n")[0]:
            raise SystemExit(head)
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        await reader.readexactly(length)
        pages[0] += 1
        first.set()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
