"""Publishing by HTTP, and a partner's open page: how long until the card is there. One server, nobody else on it."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from statistics import quantiles
from threading import Thread
from time import monotonic, monotonic_ns, sleep
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from bench.city import CHECKOUT
from bench.inside import drafts, watched
from bench.inside.amounts import ms
from bench.inside.sessions import signed_in
from bench.rows import Row
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.lib import clock
from cityalert.live.protocol import Protocol

PUBLISHER, READER = "avery@cityalert.example", "corin@cityalert.example"
WARM_UP = 10
START_WITHIN_S = 60


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
    """uvicorn as in production, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "uvicorn", f"{watched.__name__}:application",
        "--ws", f"{Protocol.__module__}:{Protocol.__qualname__}", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    # A code that was shown when this began must do until its end.
    environment = os.environ | {"STEP_UP_MINUTES": "120", "WEB_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    try:
        until = monotonic() + START_WITHIN_S
        while not _answers(port):
            if process.poll() is not None or monotonic() > until:
                raise SystemExit("the server does not listen")
            sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
