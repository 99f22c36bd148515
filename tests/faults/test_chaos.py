"""A short chaos: `make chaos` is the long one."""

import subprocess
import sys

import pytest

from chaos import plan
from tests.live.servers import CHECKOUT

FAULTS = ("redis-killed", "postgres-killed")
NAMES = ["a", "b", "c", "d", "e"]


def test_a_short_chaos_holds():
    few = ["--rounds", "1", "--faults", str(len(FAULTS)), "--people", "200"]
    command = [sys.executable, "-m", "chaos", *few, "--only", *FAULTS]
    run = subprocess.run(command, cwd=CHECKOUT, text=True, capture_output=True, check=False)

    assert run.returncode == 0, run.stderr[-5000:] + run.stdout
    assert f"1 rounds, {len(FAULTS)} faults" in run.stdout, run.stdout
    assert "; 0 lost, " in run.stdout, run.stdout


def test_a_round_is_repeated_by_its_seed_and_number_alone():
    assert plan.of_round(7, 3, NAMES, 4) == plan.of_round(7, 3, list(reversed(NAMES)), 4)
    assert plan.of_round(7, 3, NAMES, 4) != plan.of_round(8, 3, NAMES, 4)


def test_all_faults_are_as_frequent():
    rounds = [plan.of_round(1, number, NAMES, 4) for number in range(1, 12)]

    broken = [one.fault for held in rounds for one in held]

    assert {name: broken.count(name) for name in NAMES} == dict.fromkeys(NAMES, 8)


@pytest.mark.parametrize("number", [10, 20])
def test_every_tenth_round_is_calm(number):
    assert plan.of_round(1, number, NAMES, 4) == []
