"""Somebody's web server, for the sources: a real one on this machine, which says what a test lets it say."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.exchange.samples import alert


class Feeds:
    """What stands at which path; what was asked, with the headers."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.drips = False

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Say this at that path; its address."""
        self.pages[path] = (status, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.url + path


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        feeds: Feeds = self.server.feeds  # type: ignore[attr-defined]
        feeds.asked.append((self.path, dict(self.headers)))
        status, body, headers = feeds.pages.get(self.path, (404, b"", {}))
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not feeds.drips:
            self.wfile.write(body)
            return
        for byte in body:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)

    def log_message(self, *_args: object) -> None:
        """Nothing on the screen."""


@contextmanager
def serving() -> Iterator[Feeds]:
    """A server until the end of the block."""
    feeds = Feeds()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.feeds = feeds  # type: ignore[attr-defined]
    feeds.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield feeds
    finally:
        server.shutdown()
        server.server_close()


def atom(*entries: str) -> bytes:
    """An Atom feed."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>feed</id>{"".join(entries)}</feed>'.encode()


def entry(name: str, link: str, updated: str = "2026-03-05T12:00:00Z") -> str:
    """One entry of it."""
    return (
        f"<entry><id>{name}</id><title>Entry {name}</title><updated>{updated}</updated>"
        f'<link type="application/cap+xml" href="{link}"/></entry>'
    )


def numbered(number: int) -> bytes:
    """An alert of its own name."""
    return alert(identifier=f"gas-{number}")
