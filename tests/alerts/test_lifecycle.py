"""Every pair of states: which moves there are, and no others."""

from itertools import product

import pytest

from cityalert.alerts import lifecycle
from cityalert.alerts.lifecycle import NotAllowed, State

ALLOWED = {
    ("draft", "pending"),
    ("draft", "published"),
    ("pending", "draft"),
    ("pending", "published"),
    ("published", "updated"),
    ("published", "cancelled"),
    ("published", "expired"),
    ("expired", "updated"),
    ("expired", "cancelled"),
}


@pytest.mark.parametrize(("state", "new"), list(product(State.values, State.values)))
def test_only_the_moves_of_the_table_are_allowed(state, new):
    if (state, new) in ALLOWED:
        lifecycle.check(state, new)
        return
    with pytest.raises(NotAllowed) as refused:
        lifecycle.check(state, new)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("state", State.values)
def test_only_what_was_not_said_may_be_written(state):
    if state in {"draft", "pending"}:
        lifecycle.check_unsaid(state)
    else:
        with pytest.raises(NotAllowed):
            lifecycle.check_unsaid(state)
