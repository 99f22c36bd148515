"""Waiting for what comes in at a phone or a mailbox: the part of the sandbox that tests talk to."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Item(Protocol):
    """Something that arrives and can be recognised by its words."""

    read: bool

    def says(self, text: str) -> bool:
        """Does it hold `text`, in whatever case?"""
        ...


I = TypeVar("I", bound=Item)  # noqa: E741


class Arrivals(Generic[I]):
    """What has come in at one address, oldest first. Each item answers one `expect`."""

    def __init__(self, address: str, changed: threading.Condition) -> None:
        self.address = address
        self.items: deque[I] = deque()
        self._changed = changed

    def arrive(self, item: I) -> None:
        """Add `item` and wake whoever waits."""
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def forget(self, item: I) -> None:
        """Drop `item`, if it is still here."""
        with self._changed:
            if self.items and self.items[0] is item:
                self.items.popleft()
            elif item in self.items:
                self.items.remove(item)

    def expect(self, text: str = "", within: float = 5.0) -> I:
        """The oldest unread item that says `text`, marked as read; waits `within` seconds for it.

        Raises AssertionError that tells what came in instead.
        """
        found = self._wait(lambda item: item.says(text), within)
        if found is None:
            missed = f"Nothing with {text!r} came to {self.address} within {within} s"
            raise AssertionError(f"{missed}; {self._account()}")
        found.read = True
        return found

    def expect_nothing(self, within: float = 0.0) -> None:
        """Nothing unread is here, nor comes within so many seconds; AssertionError otherwise."""
        if self._wait(lambda _: True, within) is not None:
            raise AssertionError(f"Nothing was to come to {self.address}; {self._account()}")

    def _wait(self, wanted: Callable[[I], bool], within: float) -> I | None:
        def look() -> I | None:
            return next((item for item in self.items if not item.read and wanted(item)), None)

        with self._changed:
            return self._changed.wait_for(look, timeout=within)

    def _account(self) -> str:
        with self._changed:
            lines = [f"{'read' if item.read else 'unread'}: {item}" for item in self.items]
        return "it holds:\n  " + "\n  ".join(lines) if lines else "it holds nothing."
