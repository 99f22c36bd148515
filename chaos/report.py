"""What is told of fault runs: a line for each, a table for all, and everything kept as JSON."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos.run import Run

PLACE = Path(__file__).parent / "results"
HEAD = (
    "fault",
    "runs",
    "acknowledged",
    "deliveries",
    "taken",
    "again",
    "broken",
    "resumed ≤",
    "settled",
    "settled ≤",
)


def say(sentence: str) -> None:
    """A word to the person."""
    print(sentence, file=sys.stderr, flush=True)


def tell(run: "Run") -> None:
    """A line, and what was wrong."""
    found = run.findings
    say(
        f"{'BROKEN' if found.wrong else 'held  '} {run.fault:26} {found.deliveries:5} deliveries,"
        f" {found.taken:5} taken, {found.repeats:3} again; resumed after {run.resumed_s:4.1f} s,"
        f" settled after {run.settled_s:4.1f} s, {run.lasted_s:5.1f} s in all"
    )
    for wrong in found.wrong[:10]:
        say(f"    {wrong}")


def keep(seed: int, runs: Sequence["Run"]) -> None:
    """Everything, for whoever looks closer."""
    PLACE.mkdir(exist_ok=True)
    kept = {"seed": seed, "runs": [asdict(run) for run in runs]}
    (PLACE / f"seed-{seed}.json").write_text(json.dumps(kept, indent=1))


def table(runs: Sequence["Run"]) -> str:
    """Fault by fault, and all together, as Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD)]
    lines += [
        _row(fault, [run for run in runs if run.fault == fault])
        for fault in sorted({run.fault for run in runs})
    ]
    lines.append(_row("**all**", runs))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _row(name: str, runs: Sequence["Run"]) -> tuple[str, ...]:
    found = [run.findings for run in runs]
    return (
        name,
        str(len(runs)),
        f"{sum(one.acknowledged for one in found)} of {sum(one.presses for one in found)}",
        f"{sum(one.deliveries for one in found):,}",
        f"{sum(one.taken for one in found):,}",
        str(sum(one.repeats for one in found)),
        str(sum(len(one.wrong) for one in found)),
        f"{max((run.resumed_s for run in runs), default=0):.1f} s",
        f"{median([run.settled_s for run in runs] or [0]):.1f} s",
        f"{max((run.settled_s for run in runs), default=0):.1f} s",
    )
