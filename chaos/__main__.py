"""`python -m chaos [--minutes N] [--runs N] [--seed N] [--only FAULT …]`: fault runs until the time is over.

Prints a table, keeps it under chaos/results/, and exits with 1 if a promise was broken.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from chaos import report, servers, stage


def main() -> int:
    """Zero if everything held."""
    parser = argparse.ArgumentParser(prog="chaos", description="The promise under fault.")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--runs", type=int, default=10_000, help="at most so many")
    parser.add_argument(
        "--seed", type=int, default=1, help="what is broken, when and for how long follows from it"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="FAULT", help="these; --list names all")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="chaos-") as directory, servers.running() as on:
        stage.settle()
        # These read the settings, which speak of the servers from here on.
        from chaos.faults import FAULTS, usable
        from chaos.run import Run, hold
        from chaos.world import world

        if asked.list:
            print("\n".join(FAULTS))
            return 0
        with world(on, Path(directory)) as (scene, desk, screens):
            names = asked.only or sorted(usable(scene))
            report.say(
                f"left out on this machine: {', '.join(sorted(FAULTS.keys() - usable(scene))) or 'nothing'}"
            )
            runs: list[Run] = []
            chance, until = Random(asked.seed), monotonic() + 60 * asked.minutes
            while monotonic() < until and len(runs) < asked.runs:
                if len(runs) % len(names) == 0:
                    chance.shuffle(names)
                runs.append(hold(scene, desk, screens, names[len(runs) % len(names)], chance))
                report.tell(runs[-1])
    report.keep(asked.seed, runs)
    print("\n" + report.table(runs))
    return int(any(run.findings.wrong for run in runs))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")
    # Whoever is asked to end ends its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
