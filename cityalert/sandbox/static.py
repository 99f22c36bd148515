"""Serves the project's static files to the sandbox's pages from where they are kept, collected or not."""

import asyncio
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation

from cityalert.sandbox.http import Response, Send, media_type

PREFIX = "/static/"


async def answer(path: str, send: Send) -> None:
    """The file at `path`, or 404."""
    body = await asyncio.to_thread(_read, path.removeprefix(PREFIX))
    if body is None:
        await Response(b"No such file.", 404, content_type=b"text/plain").send(send)
        return
    headers = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-cache")]
    await Response(body, headers=headers, content_type=media_type(path)).send(send)


def _read(name: str) -> bytes | None:
    try:
        found = finders.find(name)
    except (SuspiciousFileOperation, ValueError):
        return None
    return Path(found).read_bytes() if found and Path(found).is_file() else None
