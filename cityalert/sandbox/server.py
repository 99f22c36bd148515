"""Runs the sandbox: an HTTP and a mail server on this machine only, in the foreground or beside a test."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from urllib.parse import urlsplit

import uvicorn
import uvloop
from aiosmtpd.smtp import SMTP

from cityalert.sandbox.asgi import application_for
from cityalert.sandbox.behaviour import AT_ONCE, Pace
from cityalert.sandbox.http import Protocol
from cityalert.sandbox.mail import SIZE_LIMIT, Handler
from cityalert.sandbox.options import Options, from_settings
from cityalert.sandbox.world import Sandbox

LOOPBACK = "127.0.0.1"
START_WITHIN = 10.0  # seconds
STOP_WITHIN = 1


class NotLocal(ValueError):
    """The sandbox was asked to listen where others could reach it."""


def local_port(url: str, name: str) -> int:
    """The port of `url`, which must be on this machine; `name` is the setting it comes from."""
    parts = urlsplit(url)
    if parts.hostname not in (LOOPBACK, "localhost"):
        raise NotLocal(f"{name} is {url!r}. The sandbox serves only this machine: use {LOOPBACK} and a port.")
    if not parts.port:
        raise NotLocal(f"{name} is {url!r} and names no port.")
    return parts.port


def serve(sandbox: Sandbox, *, http_port: int, smtp_port: int, naad_port: int = 0) -> None:
    """Run in the foreground until interrupted; raises OSError when a port is taken."""

    async def main() -> None:
        async with _listening(sandbox, http_port, smtp_port, naad_port) as (server, listener):
            await server.serve(sockets=[listener])

    _run(main())


@contextmanager
def running(
    *, inbound_url: str = "", pace: Pace = AT_ONCE, options: Options | None = None
) -> Iterator[Sandbox]:
    """A sandbox on free ports in a thread beside the caller; `inbound_url` is where replies are posted."""
    options = options or from_settings(pace)
    sandbox = Sandbox(options)
    if inbound_url:
        sandbox.line.url = inbound_url
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=_run, args=(_beside(sandbox, ready, stop),), name="sandbox", daemon=True)
    thread.start()
    try:
        if not ready.wait(START_WITHIN):
            raise TimeoutError("The sandbox did not start.")
        yield sandbox
    finally:
        stop.set()
        thread.join(START_WITHIN)


async def _beside(sandbox: Sandbox, ready: threading.Event, stop: threading.Event) -> None:
    async with _listening(sandbox, 0, 0) as (server, listener):
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        ready.set()
        await asyncio.to_thread(stop.wait)
        server.should_exit = server.force_exit = True
        await serving


def _run(main: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


@asynccontextmanager
async def _listening(
    sandbox: Sandbox, http_port: int, smtp_port: int, naad_port: int = 0
) -> AsyncIterator[tuple[uvicorn.Server, socket.socket]]:
    """Both ports are open, mail is served; the web server is made and is to be given the socket."""
    loop = asyncio.get_running_loop()
    make = partial(
        SMTP,
        Handler(sandbox.mailboxes),
        data_size_limit=SIZE_LIMIT,
        enable_SMTPUTF8=True,
        hostname="sandbox",
        loop=loop,
    )
    with socket.create_server((LOOPBACK, http_port), backlog=1024) as listener:
        mail_server = await loop.create_server(make, LOOPBACK, smtp_port)
        sandbox.url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        sandbox.push.url = sandbox.programs.url = sandbox.url
        sandbox.smtp_url = f"smtp://{LOOPBACK}:{mail_server.sockets[0].getsockname()[1]}"
        await sandbox.webhooks.open()
        await sandbox.naad.open(LOOPBACK, naad_port)
        try:
            yield uvicorn.Server(_web_config(sandbox)), listener
        finally:
            sandbox.twilio.carrier.stop()
            mail_server.close()
            await sandbox.naad.close()
            await sandbox.webhooks.close()


def _web_config(sandbox: Sandbox) -> uvicorn.Config:
    return uvicorn.Config(
        application_for(sandbox),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Longer than any client keeps its own, so that no request meets a connection about to close.
        timeout_keep_alive=300,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
