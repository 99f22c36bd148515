"""One round: desks write all the time, one fault follows another, all is left to settle, everything is compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep

from chaos import checks, ledger, people, settling
from chaos.breaking import Breaker, Broken
from chaos.faults import Stage
from chaos.people import People
from chaos.plan import Planned
from chaos.press import Desk, persistently
from chaos.pulse import Pulse
from chaos.screens import Screen
from chaos.traffic import Traffic
from cityalert.lib import clock

# How long a round lasts in which nothing is broken.
CALM_S = 20
# As far as clocks are apart while they step.
SKEW_S = 31


@dataclass
class Round:
    """What came of it, in seconds: `settled_s` from the last mending and the last press until nothing was left."""

    seed: int
    number: int
    began_at: datetime
    broken: list[Broken]
    findings: checks.Findings
    lasted_s: float
    settled_s: float
    compared_s: float
    # Processes that ended by themselves, and were started again.
    ended: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class World:
    """All that takes part."""

    stage: Stage
    desk: Desk
    screens: Sequence[Screen]
    people: People
    pulse: Pulse


def hold(world: World, seed: int, number: int, planned: Sequence[Planned]) -> Round:
    """Hold it. Afterwards nothing was ever said to anybody, and nothing is broken."""
    stage, began, began_at = world.stage, monotonic(), clock.now()
    people.arrange(world.people, at=began_at)
    for screen in world.screens:
        screen.forget()
    stage.processes.ended.clear()
    traffic, breaker = Traffic(world.desk, f"{seed} {number}"), Breaker(stage, world.pulse)
    if planned:
        breaker.run(planned)
    else:
        sleep(CALM_S)
    traffic.end()
    mended = monotonic()
    persistently(settling.until_told)
    settled = monotonic()
    breaker.end()
    has_called_back = settling.has_called_back(stage)
    settling.until_shown(world.screens, traffic.presses)
    compared = monotonic()
    happened = checks.Happened(
        began=began_at,
        presses=traffic.presses,
        ledger=persistently(lambda: ledger.read(stage.sandbox)),
        screens=world.screens,
        people=world.people,
        is_calm=not planned,
        skew_s=SKEW_S if any(one.fault in {"clocks-step", "storm"} for one in planned) else 0,
    )
    findings = persistently(lambda: checks.look(happened))
    findings.wrong += [f"trouble: {one.trouble}" for one in breaker.broken if one.trouble]
    findings.wrong += [f"trouble: {one}" for one in traffic.trouble]
    if not has_called_back:
        findings.wrong.append("trouble: not all call-backs were made")
    stage.restore()
    return Round(
        seed, number, began_at, breaker.broken, findings, lasted_s=monotonic() - began,
        settled_s=settled - mended, compared_s=monotonic() - compared, ended=list(stage.processes.ended),
    )  # fmt: skip
