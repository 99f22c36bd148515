"""From commit until the last of 1,000 and of 3,000 open pages has the card, against a bare `websockets` server.

The servers share one core, the client has another; in each round every server sends one card, one after the other.
Ours begins when the transaction that appended the card has committed, and includes waking the hub and reading the
card back; the bare server begins when it is about to call `broadcast()` with the same bytes in its hands.
"""

import resource
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from time import sleep

from bench.rows import Row
from bench.sockets import processes, seats
from bench.sockets.processes import Client, Server

NAME = "fan-out"

READY, PLAIN, TUTORIAL, ELSEWHERE = "ready", "plain", "tutorial", "elsewhere"
BARE = ("bare", "bare uvloop")
EVERYBODY = (READY, PLAIN, *BARE, TUTORIAL)
PAUSE_SECONDS = 0.05


@dataclass
class Found:
    """What a race found, by server: milliseconds and CPU microseconds per page of each round, kB per idle page."""

    ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    us: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    kb: dict[str, float] = field(default_factory=dict)

    def bare(self) -> str:
        """The bare server on whichever loop is faster."""
        return min(BARE, key=lambda name: median(self.ms[name]))

    def ratio(self, ours: str, limit: str) -> float:
        """The median of the rounds' ratios."""
        return median(a / b for a, b in zip(self.ms[ours], self.ms[limit], strict=True))


def run(quick: bool) -> list[Row]:
    """1,000 pages with everybody in the race; 3,000 without the tutorial's consumer, which takes over a second."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    seats.prepare()
    if quick:
        return rows(200, race(200, EVERYBODY, rounds=5))
    return [
        *rows(1_000, race(1_000, EVERYBODY, rounds=15)),
        *rows(3_000, race(3_000, EVERYBODY[:-1], rounds=15)),
    ]


def race(pages: int, names: Sequence[str], *, rounds: int) -> Found:
    """All servers with so many pages each, one card after the other through each in turn."""
    found = Found()
    with ExitStack() as stack:
        client = stack.enter_context(processes.opening())
        servers = [stack.enter_context(processes.serving(name, f"{name}-{pages}")) for name in names]
        for server in servers:
            found.kb[server.name] = fill(client, server, seats.signed_in(f"{server.name}-{pages}", pages))
        worker = stack.enter_context(processes.talking("bench.sockets.elsewhere", group=f"{READY}-{pages}"))

        def publish_elsewhere() -> int:
            processes.say(worker, "")
            return int(processes.hear(worker))

        for number in range(rounds):
            for server in servers if number % 2 else servers[::-1]:
                one(found, server.name, server, server.publish, client, pages)
            one(found, ELSEWHERE, servers[0], publish_elsewhere, client, pages)
    return found


def fill(client: Client, server: Server, cookies: list[str]) -> float:
    """Open all pages: the kB that each of them took. The first one pays for what all share."""
    client.open(server, cookies[:1])
    server.publish()
    client.last()
    empty = server.kb()
    client.open(server, cookies[1:])
    taken = (server.kb() - empty) / (len(cookies) - 1)
    server.publish()
    client.last()
    return taken


def one(
    found: Found, name: str, server: Server, publish: Callable[[], int], client: Client, pages: int
) -> None:
    """One card, after a moment of rest."""
    sleep(PAUSE_SECONDS)
    before = server.cpu_ns()
    began = publish()
    found.ms[name].append((client.last() - began) / 1e6)
    found.us[name].append((server.cpu_ns() - before) / 1e3 / pages)


def rows(pages: int, found: Found) -> list[Row]:
    """The table's lines."""
    bare = found.bare()
    ms = {name: f"{median(taken):.1f} ms" for name, taken in found.ms.items()}
    us = {name: median(taken) for name, taken in found.us.items()}
    more = found.kb[READY] - found.kb[bare]
    to_all = f"card to the last of {pages:,} pages"
    lines = [
        Row(to_all, ms[READY], bare, ms[bare], found.ratio(READY, bare), "≤ 1.3"),
        Row(f"{to_all}, plain ASGI", ms[PLAIN], bare, ms[bare], found.ratio(PLAIN, bare)),
        Row(f"{to_all}, published elsewhere", ms[ELSEWHERE], bare, ms[bare], found.ratio(ELSEWHERE, bare)),
        # Published elsewhere, so that this is the hub's work alone, as the other is the broadcast's.
        Row(
            "CPU for a page", f"{us[ELSEWHERE]:.1f} µs", bare, f"{us[bare]:.1f} µs", us[ELSEWHERE] / us[bare]
        ),
        Row(
            "memory of an idle page beyond the bare server's",
            f"{more:.1f} kB",
            "",
            "30 kB",
            more / 30,
            "≤ 1.0",
        ),
    ]
    if TUTORIAL in ms:
        times = found.ratio(TUTORIAL, READY)
        lines.append(
            Row("the tutorial's consumer, × ours", ms[READY], "tutorial", ms[TUTORIAL], times, "≥ 10")
        )
    return lines
