"""Blanks in prepared wording: found, filled in, followed. No database."""

from hypothesis import given
from hypothesis import strategies as st

from cityalert.alerts import blanks

WORDS = st.text(alphabet="ab []\n", max_size=30)


def test_blanks_are_found_once_whatever_their_case():
    assert blanks.names("Go to [Place], not to [ place ].", "Until [time]") == ["place", "time"]
    assert blanks.names("no [] blank, [nor\nthis], [nor this one which is far too long]") == []


def test_what_is_not_filled_in_stays_to_be_seen():
    assert blanks.fill("[place] until [time]", {"place": "King St"}) == "King St until [time]"


def test_what_somebody_types_is_never_a_blank():
    assert blanks.fill("[place]", {"place": blanks.clean("[time]")}) == "(time)"


def test_untouched_words_follow_and_others_keep_what_was_typed():
    before, now = {"place": "King"}, {"place": "Queen"}

    assert blanks.follow("At King.", "At [place].", before, now) == "At Queen."
    assert blanks.follow("Now at King!", "At [place].", before, now) == "Now at King!"
    assert blanks.follow("Still [place]!", "At [place].", before, now) == "Still Queen!"


@given(WORDS, WORDS)
def test_filling_in_once_is_enough(text, value):
    values = dict.fromkeys(blanks.names(text), blanks.clean(value))
    once = blanks.fill(text, values)

    assert blanks.fill(once, values) == once or not blanks.clean(value)
    assert len(once) <= blanks.longest(text) or len(value) > blanks.LONGEST
