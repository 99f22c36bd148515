"""A server of its own process, as in production, while something is measured at it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from bench.city import CHECKOUT

START_WITHIN_S = 60


@contextmanager
def on_a_port(application: str, *options: str, is_the_web: bool = False, **environment: str) -> Iterator[int]:
    """uvicorn on a free port; `is_the_web`: the product is told that its pages are there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", application, *options, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", "--no-access-log"],
        cwd=CHECKOUT,
        env=os.environ | ({"WEB_URL": f"http://127.0.0.1:{port}"} if is_the_web else {}) | environment,
    )
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
