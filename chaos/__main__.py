"""`python -m chaos [--minutes N] [--rounds N] [--seed N] [--faults N] [--only FAULT …]`: rounds until the time is over.

Each is told and kept as it ends, under chaos/results/. Prints a table; exits with 1 if a promise was broken.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING

from chaos import report, servers, stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.round import Round, World


def main() -> int:
    """Zero if everything held."""
    asked = _asked()
    if asked.show:
        print(report.table(report.kept()))
        return 0
    with TemporaryDirectory(prefix="chaos-") as directory, servers.running() as on:
        stage.settle()
        # These read the settings, which speak of the servers from here on.
        from chaos.faults import FAULTS, usable
        from chaos.world import world

        if asked.list:
            print("\n".join(FAULTS))
            return 0
        with world(on, Path(directory), people=asked.people) as all_of_it:
            names = asked.only or sorted(usable(all_of_it.stage))
            left_out = sorted(FAULTS.keys() - usable(all_of_it.stage))
            report.say(f"left out on this machine: {', '.join(left_out) or 'nothing'}")
            rounds = list(_rounds(asked, all_of_it, names))
    print("\n" + report.table(report.kept(rounds)))
    return int(any(held.findings.wrong for held in rounds))


def _rounds(asked: argparse.Namespace, world: "World", names: list[str]) -> "Iterator[Round]":
    from chaos import plan
    from chaos.round import hold

    until = monotonic() + 60 * asked.minutes
    first = asked.only_round or asked.first
    last = asked.only_round or first + asked.rounds - 1
    for number in range(first, last + 1):
        held = hold(world, asked.seed, number, plan.of_round(asked.seed, number, names, asked.faults))
        report.tell(held)
        report.keep(held)
        yield held
        if monotonic() > until:
            return


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description="The promise under fault.")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=10_000, help="at most so many")
    parser.add_argument("--first", type=int, default=1, help="the number of the first round")
    parser.add_argument(
        "--only-round", type=int, metavar="NUMBER", help="the round of this number, and no other"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="what is broken, when and for how long follows from it"
    )
    parser.add_argument("--faults", type=int, default=20, help="so many in each round")
    parser.add_argument("--people", type=int, default=2_500, help="residents near King and Bay")
    parser.add_argument("--only", nargs="+", default=[], metavar="FAULT", help="these; --list names all")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--show", action="store_true", help="the table of all rounds that were kept")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")
    # Whoever is asked to end ends its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
