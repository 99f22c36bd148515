"""Publishing by HTTP, and a partner's open page: how long until the card is there. One server, nobody else on it."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from statistics import quantiles
from threading import Thread
from time import monotonic_ns
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from bench.inside import drafts, servers, watched
from bench.inside.amounts import ms
from bench.inside.sessions import signed_in
from bench.rows import Row
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.lib import clock
from cityalert.live.protocol import Protocol

PUBLISHER, READER = "avery@cityalert.example", "corin@cityalert.example"
WARM_UP = 10


def run(quick: bool) -> list[Row]:
    """From the request's start, and from the commit, to the frame."""
    times = 20 if quick else 200
    written: list[Alert] = []
    try:
        with serving() as port, reading(port) as arrivals:
            took = [publish_one(port, arrivals, written) for _ in range(WARM_UP + times)][WARM_UP:]
    finally:
        drafts.take_away(written)
    from_start, from_commit = ([one[stage] for one in took] for stage in (0, 1))
    return [
        _row(f"{words}, {times} alerts", seconds)
        for words, seconds in (
            ("from the request to the first page", from_start),
            ("from the commit to the first page", from_commit),
        )
    ]


def _row(words: str, seconds: list[float]) -> Row:
    """Reported, not promised: the middle one, and one in a hundred."""
    cuts = quantiles(seconds, n=100)
    return Row(words, f"p50 {ms(cuts[49])}", "p99", ms(cuts[98]), cuts[49] / cuts[98])


def publish_one(port: int, arrivals: "Queue[tuple[str, int]]", written: list[Alert]) -> tuple[float, float]:
    """Seconds until the page has the card: from the request, and from the commit."""
    alert = drafts.ready(PUBLISHER, clock.now())
    written.append(alert)
    began, committed = _press_send(port, alert)
    while True:
        alert_id, arrived = arrivals.get(timeout=30)
        if alert_id == str(alert.pk):
            return (arrived - began) / 1e9, (arrived - committed) / 1e9


def _press_send(port: int, alert: Alert) -> tuple[int, int]:
    """Post what the confirmation's button posts: when that began, and when it had committed."""
    secret = _get_new_csrf_string()
    body = urlencode({"version": actions.version(alert), "key": str(uuid4()), "csrfmiddlewaretoken": secret})
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={signed_in(PUBLISHER)}; {settings.CSRF_COOKIE_NAME}={secret}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    began = monotonic_ns()
    connection.request("POST", reverse("alerts:publish", args=[alert.pk]), body, headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status == 302, (response.status, answer[:2000])
    return began, int(response.headers[watched.HEADER.decode()])


@contextmanager
def reading(port: int) -> Iterator["Queue[tuple[str, int]]"]:
    """A partner's page: (alert, when) for each card, as soon as its frame has been read."""
    arrivals: Queue[tuple[str, int]] = Queue()
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={signed_in(READER)}"}
    with connect(
        f"ws://127.0.0.1:{port}/live/",
        additional_headers=cookie,
        origin=Origin(f"http://127.0.0.1:{port}"),
        compression=None,
        max_size=None,
    ) as page:
        assert json.loads(page.recv(timeout=30))["type"] == "hello"
        Thread(target=_note, args=(page, arrivals), daemon=True).start()
        yield arrivals


def _note(page: ClientConnection, arrivals: "Queue[tuple[str, int]]") -> None:
    for frame in page:
        arrived = monotonic_ns()
        message = json.loads(frame)
        if message["type"] == "card":
            arrivals.put((message["card"]["id"], arrived))


@contextmanager
def serving() -> Iterator[int]:
    """Our pages and sockets, with what watches them."""
    sockets = "--ws", f"{Protocol.__module__}:{Protocol.__qualname__}"
    # A code that was shown when this began must do until its end.
    ours = f"{watched.__name__}:application"
    with servers.on_a_port(ours, *sockets, is_the_web=True, STEP_UP_MINUTES="120") as port:
        yield port
