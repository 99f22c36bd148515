"""The product's processes: two of each that there may be two of, each killed, stopped and started by name."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event, RLock, Thread
from time import monotonic, sleep

from chaos.servers import CHECKOUT

# What takes a minute in the product takes seconds here.
QUICK = {
    "DELIVERY_TIMEOUT_S": "3",
    "DELIVERY_LEASE_S": "8",
    "DELIVERY_SETTLE_S": "1",
    "DELIVERY_SWEEP_S": "1",
    "STEP_UP_MINUTES": "10000",
    "LOG_LEVEL": "CRITICAL",
    "PYTHONWARNINGS": "ignore",
}
LEASE_S = float(QUICK["DELIVERY_LEASE_S"])
START_WITHIN_S = 120
REVIVED_AFTER_S = 1
NAMES = ("web-1", "web-2", "worker-1", "worker-2", "beat-1", "beat-2", "lifeline")
# The clocks of the second worker, beat and web are told by a file, where the library for that is installed.
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class NotUp(Exception):
    """A web that was started does not listen."""


class Processes:
    """Each is up, unless it was taken down on purpose: what ends by itself is started again, as systemd would."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._down: set[str] = set(NAMES)
        self._lock = RLock()
        self._end = Event()
        self._keeper = Thread(target=self._keep_up, name="keeper", daemon=True)
        # Which ended by themselves, with the last they said.
        self.ended: list[str] = []
        self.ports = {name: _free_port() for name in ("web-1", "web-2")}
        self._clock = directory / "clock"
        self._commands = {
            **{
                name: ["uvicorn", "cityalert.asgi:application", "--port", str(port), "--log-level", "critical",
                       "--no-access-log", "--ws", "cityalert.live.protocol:Protocol"]
                for name, port in self.ports.items()
            },
            **{
                f"worker-{n}": ["celery", "--quiet", "-A", "cityalert", "worker", "--hostname", f"{n}@chaos",
                                "--queues", "urgent,default", "--loglevel", "critical"]
                for n in (1, 2)
            },
            **{
                f"beat-{n}": ["celery", "--quiet", "-A", "cityalert", "beat", "--pidfile=", "--loglevel", "critical",
                              "--schedule", str(directory / f"schedule-{n}")]
                for n in (1, 2)
            },
            "lifeline": ["manage", "lifeline", "--every", "1", "--silence", "5"],
        }  # fmt: skip

    def start(self, *names: str) -> None:
        """Start those that do not run, and wait until the webs among them listen. Raises NotUp."""
        for name in names:
            self._start(name)
        for name in self.ports.keys() & set(names):
            self.wait_for(name)

    def keep_up(self) -> None:
        """Start all, and from now on whatever ends by itself."""
        self.start(*NAMES)
        self._keeper.start()

    def wait_for(self, name: str) -> None:
        """Until a web listens. Raises NotUp."""
        until = monotonic() + START_WITHIN_S
        while not _answers(self.ports[name]):
            if monotonic() > until:
                raise NotUp(f"{name}; see {self._directory}/{name}.log")
            sleep(0.05)

    def send(self, name: str, number: signal.Signals) -> None:
        """A signal."""
        self._running[name].send_signal(number)

    def kill(self, name: str) -> None:
        """kill -9."""
        self._take_down(name).kill()
        self._running[name].wait(10)

    def ask_to_end(self, name: str) -> None:
        """As an operator stops it; what does not go is killed, as systemd would."""
        process = self._take_down(name)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def set_clocks(self, seconds: int) -> None:
        """Step the clocks of the second host by so many seconds; 0 is the right time."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}s\n")
        fresh.replace(self._clock)

    def end_all(self) -> None:
        """Whatever state they are in."""
        self._end.set()
        with self._lock:
            self._down.update(NAMES)
        for process in self._running.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
        for process in self._running.values():
            process.wait(10)

    def _take_down(self, name: str) -> subprocess.Popen[bytes]:
        with self._lock:
            self._down.add(name)
            return self._running[name]

    def _start(self, name: str) -> None:
        with self._lock:
            self._down.discard(name)
            if name in self._running and self._running[name].poll() is None:
                return
            with (self._directory / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-m", *self._commands[name]],
                    cwd=CHECKOUT, env=self._environment(name), stdout=log, stderr=log,
                )  # fmt: skip

    def _keep_up(self) -> None:
        while not self._end.wait(REVIVED_AFTER_S):
            with self._lock:
                for name in NAMES:
                    if name not in self._down and self._running[name].poll() is not None:
                        said = (self._directory / f"{name}.log").read_text(errors="replace").splitlines()
                        self.ended.append(f"{name}, with {self._running[name].returncode}: {said[-1:]}")
                        self._start(name)

    def _environment(self, name: str) -> dict[str, str]:
        if FAKETIME is None or not name.endswith("-2"):
            return dict(os.environ)
        return os.environ | {
            "LD_PRELOAD": str(FAKETIME),
            "PYTHONPATH": str(CHECKOUT / "chaos" / "second_host"),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_CACHE_DURATION": "1",
            # A clock that is set is the wall's; what measures how long something takes goes on.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
