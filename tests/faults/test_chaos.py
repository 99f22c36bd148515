"""A short chaos: `make chaos` is the long one."""

import subprocess
import sys

from tests.live.servers import CHECKOUT

FAULTS = ("redis-killed", "postgres-killed")


def test_a_short_chaos_holds():
    command = [sys.executable, "-m", "chaos", "--runs", str(len(FAULTS)), "--only", *FAULTS]
    run = subprocess.run(command, cwd=CHECKOUT, text=True, capture_output=True, check=False)

    assert run.returncode == 0, run.stderr[-5000:] + run.stdout
    assert run.stdout.count("| 1 | 3 of 3 |") == len(FAULTS), run.stdout
