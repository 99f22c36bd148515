"""One socket, one person and one process may only take so much; the others do not notice."""

import socket
from datetime import timedelta
from time import monotonic

import pytest
from django.db import transaction
from websockets.exceptions import InvalidStatus

from cityalert.lib import clock
from cityalert.live import feed
from cityalert.live.frames import Close
from tests.cast import Cast
from tests.live.conftest import OpenPage, claim, show
from tests.live.pages import sign_in
from tests.live.servers import Server, web

# Far more than the kernel keeps for a reader that does not read.
LARGE, MANY = "x" * 25_000, 240


def stalled_reader(server: Server, cookie: str, after: int) -> socket.socket:
    """A page that shakes hands and never reads."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", server.port))
    request = (
        f"GET /live/?after={after} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\n"
        f"Cookie: sessionid={cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    reader.sendall(request.encode())
    assert reader.recv(12) == b"HTTP/1.1 101"
    return reader


def drained(reader: socket.socket) -> int:
    """How many bytes are left to read until the other side ended it."""
    reader.settimeout(20)
    total = 0
    try:
        while data := reader.recv(1 << 20):
            total += len(data)
    except ConnectionResetError:
        pass
    return total


def test_a_reader_that_stalls_is_closed_and_the_others_hear_everything(
    people: Cast, either_server: Server, open_page: OpenPage
):
    partner = people.vera.partner
    cookie = sign_in(people.vera.user)
    first = show(partner)
    stalled = stalled_reader(either_server, cookie, first)
    page = open_page(either_server, cookie)
    page.hear("hello")
    at = clock.now()

    positions = []
    for _ in range(MANY):
        with transaction.atomic():
            card = {"en": {"headline": LARGE}}
            positions.append(feed.append(card, [claim(partner)], at=at, expires_at=at + timedelta(hours=1)))
        assert page.hear("card")["position"] == positions[-1]

    with stalled:
        assert drained(stalled) < MANY * len(LARGE)
    # It comes back with the last position it read.
    resumed = open_page(either_server, cookie, after=first)
    assert [card["position"] for card in resumed.cards(MANY, within=30)] == positions


@pytest.mark.parametrize("said", [["x" * 17_000], ["x"] * 30], ids=["one long message", "many messages"])
def test_a_page_that_talks_is_closed(
    people: Cast, either_server: Server, open_page: OpenPage, said: list[str]
):
    page = open_page(either_server, sign_in(people.vera.user))
    page.hear("hello")

    for words in said:
        page.socket.send(words)

    assert page.closed_with() == Close.FLOOD


def test_a_message_beyond_all_measure_is_not_even_read(people: Cast, server: Server, open_page: OpenPage):
    page = open_page(server, sign_in(people.vera.user))
    page.hear("hello")

    page.socket.send("x" * 1_000_000)

    assert page.closed_with() == 1009


def test_a_persons_oldest_socket_gives_way_to_the_sixth(people: Cast, server: Server, open_page: OpenPage):
    cookie = sign_in(people.vera.user)
    oldest, *others = [open_page(server, cookie) for _ in range(6)]
    for page in others:
        page.hear("hello")

    assert oldest.closed_with() == Close.TOO_MANY
    show(people.vera.partner)
    assert all(page.hear("card") for page in others)


def test_a_full_process_refuses(people: Cast, database: str, open_page: OpenPage):
    with web(database, sockets=2) as small:
        first, _second = (open_page(small, sign_in(person.user)) for person in (people.vera, people.otto))
        with pytest.raises(InvalidStatus):
            open_page(small, sign_in(people.noor.user))
        first.socket.close()
        until = monotonic() + 5
        while monotonic() < until:
            try:
                assert open_page(small, sign_in(people.noor.user)).hear("hello")
                return
            except InvalidStatus:
                continue
        pytest.fail("The place did not become free.")


def test_no_socket_stays_for_ever(people: Cast, database: str, open_page: OpenPage):
    with web(database, reconnect_seconds=1) as restless:
        page = open_page(restless, sign_in(people.vera.user))
        page.hear("hello")

        assert page.closed_with() == Close.COME_BACK
