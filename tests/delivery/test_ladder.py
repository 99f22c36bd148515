"""Deliveries only move up, whatever order news arrives in."""

from hypothesis import given
from hypothesis import strategies as st

from cityalert.delivery.ladder import ENDED, HANDED, PENDING, RANK, State, below, moves


@given(st.lists(st.sampled_from(State)), st.randoms())
def test_the_order_of_news_makes_no_difference(news, random):
    shuffled = list(news)
    random.shuffle(shuffled)

    assert settle(news) == settle(shuffled)


@given(st.sampled_from(State), st.sampled_from(State))
def test_what_may_be_replaced_is_what_is_outranked(current, new):
    assert (current in below(new)) == moves(current, new)


def test_a_message_that_came_after_all_outranks_its_failure():
    assert moves(State.FAILED, State.DELIVERED)
    assert not moves(State.DELIVERED, State.FAILED)


def test_nothing_is_both_pending_and_handed_or_ended():
    assert not PENDING & HANDED
    assert not PENDING & ENDED
    assert set(State) == PENDING | ENDED | {State.SENDING, State.UNKNOWN}


def settle(news):
    state = State.QUEUED
    for word in news:
        if moves(state, word):
            state = word
    return RANK[state]
