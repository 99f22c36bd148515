"""What is told of rounds: a line for each, what was wrong, a table for all; and everything is kept."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chaos.round import Round

PLACE = Path(__file__).parent / "results"
HEAD = ("fault", "times", "messages went again after", "at the latest", "measured")
# What may be wrong, by the word its sentence begins with.
PROMISED = {
    "lost": ("lost",),
    "receipts lost": ("receipt lost",),
    "told twice": ("twice",),
    "overtaken": ("overtaken",),
    "not corrected": ("not corrected",),
    "woken": ("woken",),
    "not at their end": ("left",),
    "else": ("unanswered", "screen", "auditor", "trouble"),
}
AT_MOST = 12

Kept = dict[str, Any]


def say(sentence: str) -> None:
    """A word to the person."""
    print(sentence, file=sys.stderr, flush=True)


def tell(held: "Round") -> None:
    """A line, and what was wrong."""
    found, rate = held.findings, held.findings.deliveries / held.lasted_s
    say(
        f"{'BROKEN' if found.wrong else 'held  '} round {held.number:3}: {len(held.broken):2} faults,"
        f" {found.acknowledged} of {found.presses} presses, {found.deliveries:6,} deliveries, {found.taken:6,} taken,"
        f" {found.repeats:3} again, {found.uncertain:3} uncertain, {found.waiting:4} put off;"
        f" settled after {held.settled_s:4.1f} s, compared in {held.compared_s:3.1f} s,"
        f" {held.lasted_s:5.1f} s in all ({rate:.0f}/s)"
    )
    for ended in held.ended:
        say(f"    ended by itself and was started again: {ended}")
    if not found.wrong:
        return
    kinds = Counter(wrong.partition(":")[0] for wrong in found.wrong)
    say(f"    wrong: {', '.join(f'{kind} {count}' for kind, count in kinds.items())}")
    for kind in kinds:
        for wrong in [one for one in found.wrong if one.startswith(f"{kind}:")][:AT_MOST]:
            say(f"    {wrong}")
    for one in held.broken:
        say(f"    {one.began_s:5.1f} s to {one.mended_s:5.1f} s {one.fault}")
    say(
        f'    once more: make chaos ARGS="--seed {held.seed} --only-round {held.number}", began {held.began_at}'
    )


def keep(held: "Round") -> None:
    """Everything of a round, for whoever looks closer, and for the table."""
    PLACE.mkdir(exist_ok=True)
    with (PLACE / f"seed-{held.seed}.jsonl").open("a") as file:
        file.write(json.dumps(asdict(held), default=str) + "\n")


def kept(rounds: Iterable["Round"] | None = None) -> list[Kept]:
    """These rounds as they are kept; or all that ever were."""
    if rounds is not None:
        return [json.loads(json.dumps(asdict(held), default=str)) for held in rounds]
    files = sorted(PLACE.glob("seed-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def table(held: Sequence[Kept]) -> str:
    """Fault by fault as Markdown, and all together in a few lines."""
    broken = list(chain.from_iterable(one["broken"] for one in held))
    lines = [HEAD, tuple("---" for _ in HEAD)]
    lines += [
        _row(fault, [one for one in broken if one["fault"] == fault])
        for fault in sorted({one["fault"] for one in broken})
    ]
    lines.append(_row("**all**", broken))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n\n" + _in_all(held, len(broken))


def _row(name: str, broken: Sequence[Kept]) -> tuple[str, ...]:
    again = [one["recovered_s"] for one in broken if one["recovered_s"] is not None]
    return (
        name,
        str(len(broken)),
        f"{median(again):.1f} s" if again else "",
        f"{max(again):.1f} s" if again else "",
        str(len(again)),
    )


def _in_all(held: Sequence[Kept], faults: int) -> str:
    found: list[Kept] = [one["findings"] for one in held]
    total = {
        name: sum(one[name] for one in found)
        for name in ("presses", "acknowledged", "deliveries", "taken", "repeats", "uncertain")
    }
    wrong = Counter(sentence.partition(":")[0] for one in found for sentence in one["wrong"])
    hours = sum(one["lasted_s"] for one in held) / 3600
    said = ", ".join(f"{sum(wrong[kind] for kind in kinds)} {name}" for name, kinds in PROMISED.items())
    return (
        f"{len(held)} rounds, {faults} faults, {total['acknowledged']} of {total['presses']} presses acknowledged,"
        f" {total['deliveries']:,} deliveries, {total['taken']:,} taken by providers, of these {total['repeats']}"
        f" again after an unknown outcome, {total['uncertain']} uncertain; {said};"
        f" settled after {max((one['settled_s'] for one in held), default=0):.1f} s at the latest; {hours:.2f} hours"
    )
