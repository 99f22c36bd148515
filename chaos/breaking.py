"""Carrying out a plan: one fault after another, some upon one another, and how soon messages go again after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from threading import Condition, Event, Thread
from time import monotonic, sleep

from chaos.faults import FAULTS, Stage
from chaos.plan import Planned
from chaos.pulse import Pulse

LOOK_S = 0.05


@dataclass(eq=False)
class Broken:
    """One fault, in seconds since the round began. `recovered_s`: from its mending until a message went, counting only
    while something was due; None: something else was broken meanwhile, or nothing was due before the round ended.
    """

    fault: str
    began_s: float
    mended_s: float = 0.0
    recovered_s: float | None = None
    trouble: str = ""


class Breaker:
    """One round's. Two faults that touch the same thing are never upon one another."""

    def __init__(self, stage: Stage, pulse: Pulse) -> None:
        self.broken: list[Broken] = []
        self._stage, self._pulse = stage, pulse
        self._began = monotonic()
        self._now: dict[Broken, frozenset[str]] = {}
        self._free = Condition()
        self._over = Event()
        self._threads: list[Thread] = []

    def run(self, planned: Sequence[Planned]) -> None:
        """Break it all; returns when the last is mended."""
        for one in planned:
            sleep(one.after_s)
            broken = self._begin(one)
            thread = Thread(target=self._break, args=(one, broken), name=one.fault, daemon=True)
            thread.start()
            self._threads.append(thread)
        with self._free:
            self._free.wait_for(lambda: not self._now)

    def end(self) -> None:
        """Nobody waits any more for messages to go."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _begin(self, planned: Planned) -> Broken:
        touches = FAULTS[planned.fault].touches
        with self._free:
            self._free.wait_for(lambda: all(touches.isdisjoint(others) for others in self._now.values()))
            broken = Broken(planned.fault, monotonic() - self._began)
            self._now[broken] = touches
            self.broken.append(broken)
        return broken

    def _break(self, planned: Planned, broken: Broken) -> None:
        try:
            with FAULTS[planned.fault].block(self._stage, Random(planned.seed)):
                sleep(planned.holds_s)
        except Exception as error:  # noqa: BLE001 - it belongs into the report, and the round goes on
            broken.trouble = f"{planned.fault} could not be broken or mended: {error!r}"
        broken.mended_s = monotonic() - self._began
        before = self._pulse.taken
        with self._free:
            del self._now[broken]
            self._free.notify_all()
        broken.recovered_s = self._until_messages_go(before)

    def _until_messages_go(self, before: int) -> float | None:
        waited_s, looked = 0.0, monotonic()
        while not self._over.wait(LOOK_S):
            if self._now:
                return None
            if self._pulse.taken > before:
                return waited_s
            passed, looked = monotonic() - looked, monotonic()
            waited_s += passed if self._pulse.is_due else 0
        return None
