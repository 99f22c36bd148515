"""Open dashboards: one for each web, which reconnects for ever and remembers each card it was shown."""

import json
from threading import Event, Thread
from time import monotonic

from django.conf import settings
from websockets import Origin
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect


class Screen:
    """A page of one partner's, at one web."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session
        self._end = Event()
        self._position: int | None = None
        # alert -> when it was shown, and how often
        self.shown: dict[str, list[float]] = {}
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Close it."""
        self._end.set()

    def forget(self) -> None:
        """What was shown so far is not asked about again."""
        self.shown = {}

    def _watch(self) -> None:
        while not self._end.is_set():
            try:
                self._until_it_breaks()
            except (OSError, WebSocketException):
                self._end.wait(0.5)

    def _until_it_breaks(self) -> None:
        after = "" if self._position is None else f"?after={self._position}"
        with connect(
            f"ws://127.0.0.1:{self._port}/live/{after}",
            additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={self._session}"},
            origin=Origin(settings.PUBLIC_URL), compression=None, max_size=None, open_timeout=10,
        ) as page:  # fmt: skip
            while not self._end.is_set():
                try:
                    message = json.loads(page.recv(timeout=1))
                except TimeoutError:
                    continue
                self._note(message)

    def _note(self, message: dict[str, object]) -> None:
        kind, position = message["type"], message.get("position")
        if kind == "hello" and isinstance(position, int):
            self._position = position
        # As the page's own script: a position it has had is not shown again.
        elif kind == "card" and isinstance(position, int) and position > (self._position or 0):
            self._position = position
            card = message["card"]
            assert isinstance(card, dict)
            self.shown.setdefault(str(card["id"]), []).append(monotonic())
