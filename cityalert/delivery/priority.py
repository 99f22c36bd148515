"""Which message goes first: the severer; anything real before any exercise."""

from cityalert.lib.severity import Severity


def priority(severity: int, is_exercise: bool) -> int:
    """Lower goes first: 0 for Extreme … 4 for Unknown, exercises 10 behind."""
    return int(Severity.EXTREME) - severity + (10 if is_exercise else 0)
