"""`python -m bench [--quick] [NAME …]`: measures, prints one table, keeps it under bench/results/.

A measurement is a module here with `NAME` and `run(quick) -> list[Row]`. Each runs in a process of its own.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from bench.rows import Row

PLACE = Path(__file__).parent
MEASUREMENTS = (
    "fanout",
    "room",
    "targeting",
    "directory",
    "membership",
    "writing",
    "wholecity",
    "sms",
    "callbacks",
    "publish",
    "rush",
    "correction",
    "wall",
)


def main() -> int:
    """Zero if every promise was kept. A quick run only shows that all can be measured: its ratios prove nothing."""
    parser = argparse.ArgumentParser(prog="bench", description="The measured promises.")
    parser.add_argument(
        "names", nargs="*", choices=[*MEASUREMENTS, []], help="all of them when none is named"
    )
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds: does it work at all?")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        measure(asked.names[0], quick=asked.quick)
        return 0
    names = asked.names or MEASUREMENTS
    codes = [measured_apart(name, quick=asked.quick) for name in names]
    rows = [row for name, code in zip(names, codes, strict=True) if code == 0 for row in results(name)]
    print("\n" + table(rows))
    return int(any(codes) or not (asked.quick or all(row.is_kept for row in rows)))


def measured_apart(name: str, *, quick: bool) -> int:
    """Run one measurement in a new process; its exit code."""
    command = [sys.executable, "-m", "bench", "--here", name, *(["--quick"] if quick else [])]
    return subprocess.run(command, check=False).returncode


def measure(name: str, *, quick: bool) -> None:
    """Run one measurement in this process and keep what it found."""
    module = import_module(f"bench.{name}")
    print(f"{module.NAME} …", file=sys.stderr, flush=True)
    rows = module.run(quick)
    (PLACE / "results").mkdir(exist_ok=True)
    content = {"name": module.NAME, "quick": quick, "rows": [asdict(row) for row in rows]}
    _kept(name).write_text(json.dumps(content, ensure_ascii=False, indent=1))


def results(name: str) -> list[Row]:
    """What the last run of a measurement found."""
    return [Row(**row) for row in json.loads(_kept(name).read_text())["rows"]]


def table(rows: list[Row]) -> str:
    """The rows as Markdown, wide enough to be read as it is."""
    head = ("stage", "ours", "limit", "", "ratio", "promise", "")
    lines = [
        (r.stage, r.ours, r.limit_name, r.limit, f"{r.ratio:.2f}", r.promise, "" if r.is_kept else "BROKEN")
        for r in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    bar = tuple("-" * width for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (head, bar, *lines)
    )


def _kept(name: str) -> Path:
    return PLACE / "results" / f"{name}.json"


if __name__ == "__main__":
    sys.exit(main())
