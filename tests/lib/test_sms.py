"""Segments counted as Twilio does, look-alikes, and texts cut to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityalert.lib import sms


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # the extension table costs two places
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 150, 2),  # an escaped pair is not torn apart: it begins the second segment
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),  # two UTF-16 units each
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 whole ones in 67 units
        ("a" * 159 + "ê", 3),  # one letter makes the whole message UCS-2
    ],
)
def test_segments(text, segments):
    assert sms.segments(text) == segments


def test_accents_and_typography_that_gsm_lacks_are_replaced_by_what_looks_alike():
    assert sms.gsm("Ça brûle – “forêt” l’été…") == 'Ça brule - "foret" l\'été...'


def test_what_has_no_look_alike_stays_as_it_was_written():
    assert sms.gsm("Пожар — King St") == "Пожар — King St"


def test_a_text_that_fits_is_not_cut():
    assert sms.fit("a" * 150, " tail", at_most=1) == "a" * 150


def test_a_long_text_is_cut_at_a_word():
    cut = sms.fit(
        "Lock your doors and keep away from the windows. " * 10, " https://x.example/a/1/", at_most=2
    )

    assert cut.endswith("...")
    assert sms.segments(cut + " https://x.example/a/1/") == 2


@given(st.text(max_size=500), st.integers(min_value=1, max_value=3))
def test_whatever_is_written_fits(text, at_most):
    tail = " https://alerts.example/a/abcdefghijkl/"

    assert sms.segments(sms.fit(text, tail, at_most=at_most) + tail) <= at_most


@given(st.text(max_size=300))
def test_it_never_costs_more_for_having_been_made_gsm(text):
    made = sms.gsm(text)

    assert made == text or sms.is_gsm(made)
