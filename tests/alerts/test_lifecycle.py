"""Every act in every state: where it leads, and that nothing else is allowed. Then the same through the product."""

from itertools import product

import pytest

from cityalert.alerts import lifecycle
from cityalert.alerts.lifecycle import Act, NotAllowed, State

# Written out by hand, so that a change of the table is seen twice.
ALLOWED = {
    ("draft", "edit"): "draft",
    ("draft", "discard"): "draft",
    ("draft", "submit"): "pending",
    ("draft", "publish"): "published",
    ("draft", "send_alone"): "published",
    ("pending", "edit"): "draft",
    ("pending", "send_alone"): "published",
    ("pending", "return"): "draft",
    ("pending", "reject"): "rejected",
    ("pending", "approve"): "approved",
    ("approved", "edit"): "draft",
    ("approved", "return"): "draft",
    ("approved", "publish"): "published",
    ("published", "update"): "updated",
    ("published", "cancel"): "cancelled",
    ("published", "withdraw"): "in_error",
    ("published", "expire"): "expired",
    ("expired", "update"): "updated",
    ("expired", "cancel"): "cancelled",
    ("expired", "withdraw"): "in_error",
    ("rejected", "archive"): "rejected",
    ("updated", "archive"): "updated",
    ("cancelled", "archive"): "cancelled",
    ("in_error", "archive"): "in_error",
    ("expired", "archive"): "expired",
}


@pytest.mark.parametrize(("state", "act"), list(product(State.values, [act.value for act in Act])))
def test_only_the_moves_of_the_table_are_allowed(state, act):
    if (state, act) in ALLOWED:
        assert lifecycle.after(state, Act(act)) == ALLOWED[state, act]
        return
    with pytest.raises(NotAllowed) as refused:
        lifecycle.after(state, Act(act))
    assert str(refused.value).endswith(".")


def test_what_was_said_is_never_unsaid():
    for moves in lifecycle.MOVES.values():
        assert not any(old not in lifecycle.UNSAID and new in lifecycle.UNSAID for old, new in moves.items())
