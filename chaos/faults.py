"""What is broken, and how it is mended again. Each is a block: broken inside, mended after it."""

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from time import sleep

from chaos.processes import FAKETIME, LEASE_S, NAMES, Processes
from chaos.servers import Servers
from cityalert.sandbox.behaviour import Callbacks, MailFault, Pace
from cityalert.sandbox.behaviour import Fault as Trouble
from cityalert.sandbox.world import Sandbox


@dataclass(frozen=True)
class Stage:
    """All that can be broken."""

    servers: Servers
    processes: Processes
    sandbox: Sandbox

    def restore(self) -> None:
        """As new, for the next round: nothing is broken, and nothing was ever said."""
        self.sandbox.clear()
        self.processes.set_clocks(0)
        self.servers.up()
        self.processes.start(*NAMES)
        self.servers.forget()


Make = Callable[[Stage, random.Random], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """Broken inside its block. While it is, nothing else is broken of what it `touches`."""

    block: Callable[[Stage, random.Random], AbstractContextManager[None]]
    touches: frozenset[str]


FAULTS: dict[str, Fault] = {}
EVERYTHING = frozenset({"workers", "webs", "beats", "redis", "postgres", "clocks", "providers"})


def _fault(*touches: str) -> Callable[[Make], Make]:
    def known(make: Make) -> Make:
        name = make.__name__.replace("_", "-")
        FAULTS[name] = Fault(contextmanager(make), frozenset(touches))
        return make

    return known


def _killed(name: str, touches: str, choose: Callable[[random.Random], list[str]]) -> None:
    def killed(stage: Stage, chance: random.Random) -> Iterator[None]:
        names = choose(chance)
        for one in names:
            stage.processes.kill(one)
        yield
        stage.processes.start(*names)

    killed.__name__ = name
    _fault(*touches.split())(killed)


_killed("worker-killed", "workers", lambda chance: [chance.choice(["worker-1", "worker-2"])])
_killed("both-workers-killed", "workers", lambda _: ["worker-1", "worker-2"])
_killed("web-killed", "webs", lambda chance: [chance.choice(["web-1", "web-2"])])
_killed("beat-killed", "beats", lambda chance: [chance.choice(["beat-1", "beat-2"])])
_killed("lifeline-and-beat-killed", "beats", lambda chance: ["lifeline", chance.choice(["beat-1", "beat-2"])])
_killed("everything-killed", "workers webs beats", lambda _: list(NAMES))


@_fault("workers")
def worker_stopped(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Frozen for longer than its lease; then it goes on as if nothing had been."""
    name = chance.choice(["worker-1", "worker-2"])
    stage.processes.send(name, signal.SIGSTOP)
    yield
    sleep(LEASE_S + 2)
    stage.processes.send(name, signal.SIGCONT)


@_fault("workers", "webs", "beats")
def rolling_restart(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """A new version is deployed: one process after the other is asked to end, and started."""
    yield
    for name in NAMES:
        stage.processes.ask_to_end(name)
        stage.processes.start(name)


@_fault("redis")
def redis_killed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """And empty when it comes back."""
    stage.servers.kill_redis()
    yield
    stage.servers.start_redis()


@_fault("redis")
def redis_flushed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Whatever was queued in it is gone."""
    with stage.servers.redis() as redis:
        redis.flushall()
    yield


@_fault("redis")
def redis_silent(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """It takes connections and never answers."""
    stage.servers.stop_redis()
    try:
        yield
    finally:
        stage.servers.stop_redis(goes_on=True)


@_fault("redis")
def redis_full(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """It refuses to take anything more."""
    with stage.servers.redis() as redis:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "1")
        yield
        redis.config_set("maxmemory", "128mb")
        redis.config_set("maxmemory-policy", "volatile-lru")


@_fault("postgres")
def postgres_killed(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """kill -9; it is started again and recovers."""
    stage.servers.kill_postgres()
    yield
    stage.servers.start_postgres()


@_fault("postgres")
def connections_cut(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Every connection of the product's ends in the middle of what it does, three times."""
    for _ in range(3):
        stage.servers.cut_connections()
        sleep(0.5)
    yield


@_fault("postgres", "redis")
def disk_full(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Nothing more can be written."""
    stage.servers.fill_disk()
    try:
        yield
    finally:
        stage.servers.free_disk()


@_fault("clocks")
def clocks_step(stage: Stage, chance: random.Random) -> Iterator[None]:
    """The second host's clocks jump by up to half a minute, and back."""
    stage.processes.set_clocks(chance.choice([-30, -10, 10, 30]))
    yield
    stage.processes.set_clocks(0)


@_fault("providers")
def providers_fail(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Errors, connections that close, answers that never come after the message was taken: some of these.

    Not always all: after an error a channel rests, and meets nothing else.
    """
    for fault in chance.sample([Trouble.ERROR, Trouble.DROP, Trouble.HANG, Trouble.DROP_AFTER], 2):
        stage.sandbox.twilio.behave(
            fault, times=chance.randint(5, 40), status=503 if fault is Trouble.ERROR else 0
        )
    for mail in chance.sample([MailFault.DEFER, MailFault.DROP, MailFault.HANG], 2):
        stage.sandbox.mailboxes.behave(mail, times=chance.randint(2, 12))
    yield
    stage.sandbox.calm()


@_fault("providers")
def providers_down(stage: Stage, _chance: random.Random) -> Iterator[None]:
    """Twilio and the mail server take nothing."""
    stage.sandbox.twilio.behave(Trouble.ERROR, status=503, code=20503)
    stage.sandbox.mailboxes.behave(MailFault.DEFER)
    yield
    stage.sandbox.calm()


@_fault("providers")
def provider_slows(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Twilio takes a second for each answer, or only so many a second."""
    stage.sandbox.twilio.behave(latency=1.0, per_second=chance.choice([0, 40]))
    yield
    stage.sandbox.calm()


@_fault("providers")
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


@_fault(*EVERYTHING)
def storm(stage: Stage, chance: random.Random) -> Iterator[None]:
    """Three at once, of different things."""
    alone = {"storm", "disk-full", "postgres-killed", "rolling-restart", "everything-killed"}
    names = sorted(usable(stage) - alone)
    chance.shuffle(names)
    with ExitStack() as broken:
        touched = frozenset[str]()
        for name in names:
            fault = FAULTS[name]
            if touched.isdisjoint(fault.touches) and len(touched) < 3:
                touched |= fault.touches
                broken.enter_context(fault.block(stage, chance))
        yield


def usable(stage: Stage) -> set[str]:
    """What can be broken on this machine."""
    missing = set() if stage.servers.has_own_disk else {"disk-full"}
    return FAULTS.keys() - missing - (set() if FAKETIME else {"clocks-step"})
