"""What is taken out of typed text before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cityalert.lib import words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Armed \t person\n at\r\nKing ", "Armed person at King"),
        ("pay\u202eeroc\u202c", "payeroc"),  # bidi override
        ("a\u200bb\u00adc\ufeff", "abc"),  # invisible
        ("a\x00\x1b[31mb\x7f\x85c", "a[31mb c"),  # controls
        ("cafe\u0301", "café"),  # NFC
        ("\ud800\ufffe\ue000x", "x"),  # surrogate, non-character, private use
        ("<b>5 > 4 & so</b>", "<b>5 > 4 & so</b>"),  # text is text: it is escaped where it is shown
    ],
)
def test_a_line(typed, kept):
    assert words.line(typed) == kept


def test_a_block_keeps_its_line_breaks():
    assert words.block("one\r\n two \n\n\n\nthree\x0bfour\u2028five\x00") == "one\ntwo\n\nthree\nfour\nfive"


@given(st.text(st.characters(), max_size=200))
def test_what_is_kept_can_be_written_as_xml_and_stays_the_same_when_cleaned_again(typed):
    kept = words.block(typed)

    etree.Element("x").text = kept
    assert words.block(kept) == kept
    assert "\n" not in words.line(typed)
