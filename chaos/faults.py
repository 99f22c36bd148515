"""What is broken, and how it is mended again. Each is a block: broken inside, mended after it."""

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from time import sleep

from chaos.processes import FAKETIME, LEASE_S, Processes
from chaos.servers import Servers
from cityalert.sandbox.behaviour import Callbacks, Fault, MailFault, Pace
from cityalert.sandbox.world import Sandbox


@dataclass(frozen=True)
class Stage:
    """All that can be broken."""

    servers: Servers
    processes: Processes
    sandbox: Sandbox


Break = Callable[[Stage, random.Random], AbstractContextManager[None]]
FAULTS: dict[str, Break] = {}


def _fault(make: Callable[[Stage, random.Random], Iterator[None]]) -> Break:
    made = contextmanager(make)
    FAULTS[make.__name__.replace("_", "-")] = made
    return made


@_fault
def nothing(_stage: Stage, _chance: random.Random) -> Iterator[None]:
    """No fault: then nobody is told twice."""
    yield


def _killed(*kinds: str) -> Callable[[Stage, random.Random], Iterator[None]]:
    def killed(stage: Stage, chance: random.Random) -> Iterator[None]:
        names = [
            chance.choice([name for name in stage.processes.names if name.startswith(kind)]) for kind in kinds
        ]
        for name in names:
            stage.processes.kill(name)
        yield
        stage.processes.start_all()

    return killed


def _named(name: str, make: Callable[[Stage, random.Random], Iterator[None]]) -> None:
    make.__name__ = name
    _fault(make)


_named("worker-killed", _killed("worker"))
_named("web-killed", _killed("web"))
_named("beat-killed", _killed("beat"))
_named("lifeline-and-beat-killed", _killed("lifeline", "beat"))


@_fault
def both_workers_killed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Whatever they had in their hands."""
    for name in ("worker-1", "worker-2"):
        stage.processes.kill(name)
    yield
    stage.processes.start_all()


@_fault
def everything_killed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Every process of the product at once."""
    for name in stage.processes.names:
        stage.processes.kill(name)
    yield
    stage.processes.start_all()


@_fault
def worker_stopped(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Frozen for longer than its lease; then it goes on as if nothing had been."""
    name = chance.choice(["worker-1", "worker-2"])
    stage.processes.send(name, signal.SIGSTOP)
    yield
    sleep(LEASE_S + 2)
    stage.processes.send(name, signal.SIGCONT)


@_fault
def rolling_restart(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """A new version is deployed: one process after the other is asked to end, and started."""
    yield
    for name in stage.processes.names:
        stage.processes.ask_to_end(name)
        stage.processes.start(name)
    stage.processes.start_all()


@_fault
def redis_killed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """And empty when it comes back."""
    stage.servers.kill_redis()
    yield
    stage.servers.start_redis()


@_fault
def redis_flushed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Whatever was queued in it is gone."""
    with stage.servers.redis() as redis:
        redis.flushall()
    yield


@_fault
def redis_silent(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """It takes connections and never answers."""
    stage.servers.stop_redis()
    try:
        yield
    finally:
        stage.servers.stop_redis(goes_on=True)


@_fault
def redis_full(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """It refuses to take anything more."""
    with stage.servers.redis() as redis:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "1")
        yield
        redis.config_set("maxmemory", "128mb")
        redis.config_set("maxmemory-policy", "volatile-lru")


@_fault
def postgres_killed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """kill -9; it is started again and recovers."""
    stage.servers.kill_postgres()
    yield
    stage.servers.start_postgres()


@_fault
def connections_cut(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Every connection of the product's ends in the middle of what it does, three times."""
    for _ in range(3):
        stage.servers.cut_connections()
        sleep(0.5)
    yield


@_fault
def disk_full(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Nothing more can be written."""
    stage.servers.fill_disk()
    try:
        yield
    finally:
        stage.servers.free_disk()


@_fault
def clocks_step(stage: Stage, chance: random.Random) -> Iterator[None]:
    """The second host's clocks jump by up to half a minute, and back."""
    stage.processes.set_clocks(chance.choice([-30, -10, 10, 30]))
    yield
    stage.processes.set_clocks(0)


@_fault
def providers_fail(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Errors, connections that close, answers that never come after the message was taken."""
    for fault in (Fault.ERROR, Fault.DROP, Fault.HANG, Fault.DROP_AFTER):
        stage.sandbox.twilio.behave(
            fault, times=chance.randint(1, 12), status=503 if fault is Fault.ERROR else 0
        )
    for mail in (MailFault.DEFER, MailFault.DROP, MailFault.HANG):
        stage.sandbox.mailboxes.behave(mail, times=chance.randint(1, 8))
    yield
    stage.sandbox.calm()


@_fault
def providers_down(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Twilio and the mail server take nothing."""
    stage.sandbox.twilio.behave(Fault.ERROR, status=503, code=20503)
    stage.sandbox.mailboxes.behave(MailFault.DEFER)
    yield
    stage.sandbox.calm()


@_fault
def provider_slows(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Twilio takes a second for each answer, or only so many a second."""
    stage.sandbox.twilio.behave(latency=1.0, per_second=chance.choice([0, 40]))
    yield
    stage.sandbox.calm()


@_fault
def callbacks_lie(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Call-backs come twice, in the wrong order, late, or from somebody else."""
    stage.sandbox.twilio.behave(
        pace=Pace(0.05, 0.1, 0.3),
        callbacks=chance.choice(
            [Callbacks(copies=3), Callbacks(reordered=True), Callbacks(delay=2.0), Callbacks(forged=True)]
        ),
    )
    yield
    stage.sandbox.calm()


@_fault
def storm(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Three at once."""
    calm = {"storm", "nothing", "disk-full", "postgres-killed", "rolling-restart", "everything-killed"}
    names = chance.sample(sorted(usable(stage) - calm), 3)
    with ExitStack() as broken:
        for name in names:
            broken.enter_context(FAULTS[name](stage, chance))
        yield


def usable(stage: Stage) -> set[str]:
    """What can be broken on this machine."""
    missing = set() if stage.servers.has_own_disk else {"disk-full"}
    return FAULTS.keys() - missing - (set() if FAKETIME else {"clocks-step"})
