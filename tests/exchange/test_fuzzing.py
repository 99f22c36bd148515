"""A short round of what `make fuzz` does at length; and that it would notice."""

import pytest

from cityalert.exchange import fuzzing
from cityalert.exchange.management.commands.fuzz_importer import SAMPLES

ALL = [file.read_bytes() for file in sorted(SAMPLES.glob("*.xml"))]


def test_whatever_is_broken_is_read_kept_apart_or_refused():
    report = fuzzing.fuzz(ALL, 300, seed=7)

    assert sum(report.outcomes.values()) == 300
    assert {"put right", "quarantined"} <= set(report.outcomes)


def test_the_samples_are_in_order_and_a_fault_is_noticed(monkeypatch):
    assert fuzzing.outcome(ALL[0]) == "read"

    def fall_over(_raw):
        raise ZeroDivisionError

    monkeypatch.setattr(fuzzing, "read", fall_over)
    with pytest.raises(fuzzing.Fault):
        fuzzing.fuzz(ALL, 1, seed=1)
