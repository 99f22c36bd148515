"""One room of 500 members, 50 messages a second for a minute, beside a bare WebSocket echo in the same run.

Ours is from the moment before a message is posted (its transaction, its label, its place in the order, the read back
and the rendering in two languages) until a member's socket has it; the echo's from the moment before it is sent. Of
both every member must hear every message, in its order: anything else is no row of a table but a fault.
"""

import os
import socket
import struct
import subprocess
import sys
from contextlib import closing
from statistics import median, quantiles
from threading import Thread
from time import monotonic, monotonic_ns, sleep

from bench.rows import Row
from bench.sockets import processes, seats
from bench.sockets.client import after_handshake, handshake
from bench.sockets.members import Room

NAME = "room"
GROUP = "room"
LENGTH = 1200


def run(quick: bool) -> list[Row]:
    """500 members and 3,000 messages; quick: 60 and 100."""
    members, count, per_second = (60, 100, 50.0) if quick else (500, 3_000, 50.0)
    seats.prepare()
    ours = conversation(members, count, per_second)
    bare = echo(members, count, per_second)
    what = f"{members} members, {per_second:.0f} messages a second for {count / per_second:.0f} s"
    return [
        Row(f"{what}: {name}", f"{of(ours):.1f} ms", "bare echo", f"{of(bare):.1f} ms", of(ours) / of(bare))
        for name, of in (("p50", median), ("p99", p99))
    ]


def p99(late_ms: list[float]) -> float:
    """What all but one in a hundred were quicker than."""
    return quantiles(late_ms, n=100)[98]


def conversation(members: int, count: int, per_second: float) -> list[float]:
    """How late each message was at each member, in ms."""
    cookies = seats.signed_in(GROUP, members * seats.PAGES_EACH)[:: seats.PAGES_EACH]
    key, speaker = opened()
    with processes.serving("ready", GROUP) as server:
        room = Room(server.port, f"{server.path}?topic=conversation:{key}", cookies)
        room.open()
        sleep(4)  # the hub has looked at every topic once
        command = [
            sys.executable,
            "-m",
            "bench.sockets.speaker",
            key,
            str(speaker),
            str(count),
            str(per_second),
        ]
        with subprocess.Popen(
            command, cwd=processes.CHECKOUT, env=os.environ | {"BENCH_GROUP": GROUP}
        ) as saying:
            room.listen(lambda: everybody_has(room, count), most_s=20)
            assert saying.wait() == 0
        return checked(room, count)


def opened() -> tuple[str, int]:
    """A conversation of all partners of the group: its key, and somebody who speaks in it."""
    from cityalert.lib import clock
    from cityalert.messaging.models import Conversation, Participant
    from partners.grants import apply_roles
    from partners.models import Membership, Partner

    at, partners = clock.now(), list(Partner.objects.filter(short_name=GROUP))
    speaker = Membership.objects.filter(partner=partners[0]).select_related("user")[:1].get()
    apply_roles(Membership.objects.filter(pk=speaker.pk))
    talk = Conversation.objects.create(
        partner=partners[0], subject="Room", opened_at=at, opened_by=speaker.user, last_at=at
    )
    Participant.objects.bulk_create(
        Participant(conversation=talk, partner=one, joined_at=at, invited_by=speaker.user) for one in partners
    )
    return str(talk.pk), speaker.user_id


def echo(members: int, count: int, per_second: float) -> list[float]:
    """The same through the bare server."""
    with processes.serving("echo", GROUP) as server:
        room = Room(server.port, "/", [""] * members)
        room.open()
        saying = Thread(target=speak, args=(server.port, count, per_second))
        saying.start()
        room.listen(lambda: everybody_has(room, count), most_s=20)
        saying.join()
        return checked(room, count)


def speak(port: int, count: int, per_second: float) -> None:
    """Frames as a browser sends them: masked, with zeros, which change nothing."""
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.sendall(handshake(port, "/", ""))
        after_handshake(line)
        Thread(target=_drain, args=(line,), daemon=True).start()
        began = monotonic()
        for number in range(1, count + 1):
            sleep(max(0.0, began + (number - 1) / per_second - monotonic()))
            payload = f"~{number}~{monotonic_ns()}~".encode().ljust(LENGTH)
            line.sendall(struct.pack("!BBH4x", 0x81, 0x80 | 126, len(payload)) + payload)
        sleep(5)


def _drain(line: socket.socket) -> None:
    try:
        while line.recv(262_144):
            pass
    except OSError:
        return


def everybody_has(room: Room, count: int) -> bool:
    """Have all heard as many as were said?"""
    return len(room.late_ms) >= count * len(room.heard)


def checked(room: Room, count: int) -> list[float]:
    """Raises AssertionError if somebody missed one, or heard them in another order."""
    room.close()
    wanted = list(range(1, count + 1))
    wrong = sum(heard != wanted for heard in room.heard.values())
    assert wrong == 0, f"{wrong} of {len(room.heard)} members missed something or heard it out of order."
    return room.late_ms
