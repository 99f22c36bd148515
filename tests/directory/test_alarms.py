"""When looking becomes carrying off."""

from uuid import uuid4

import pytest

from cityalert.directory.alarms import MOST_DEEP, MOST_EMPTY, MOST_OPENED, Kind, Look, Reason, reason


def searches(*words, **more):
    return [Look(Kind.SEARCH, words=one, **{"found": 3, **more}) for one in words]


def test_nothing_is_suspicious_about_nothing():
    assert reason([]) is None


def test_opening_one_partner_often_is_no_enumeration_and_opening_many_is():
    one = uuid4()
    assert reason([Look(Kind.OPEN, one)] * 40) is None
    assert reason([Look(Kind.OPEN, uuid4()) for _ in range(MOST_OPENED)]) is None
    assert reason([Look(Kind.OPEN, uuid4()) for _ in range(MOST_OPENED + 1)]) == Reason.MANY


@pytest.mark.parametrize("turn", [1, -1])
def test_going_through_the_alphabet_is_seen_either_way(turn):
    steps = ["aaa", "aab", "aac", "aba", "bank", "cafe", "daa", "dab"][::turn]

    assert reason(searches(*steps)) == Reason.WALK
    assert reason(searches(*steps[:7])) is None
    assert reason(searches(*steps[:4], "royal york hotel", *steps[4:])) is None


def test_what_people_ask_in_an_hour_is_no_walk():
    asked = [
        "bank",
        "arena",
        "union",
        "hotel",
        "school",
        "cibc",
        "tower",
        "rogers",
        "court",
        "mall",
        "art",
        "zoo",
    ]
    assert reason(searches(*asked)) is None


def test_turning_to_the_last_pages_again_and_again():
    assert reason(searches(*["bank tower"] * MOST_DEEP, page=4)) is None
    assert reason(searches(*["bank tower"] * (MOST_DEEP + 1), page=5)) == Reason.DEEP


def test_guessing_again_and_again():
    guesses = [f"nobody {n}" for n in range(MOST_EMPTY + 1)]
    assert reason(searches(*guesses[1:], found=0)) is None
    assert reason(searches(*guesses, found=0)) == Reason.EMPTY
