"""No exercise says that it is real, in whatever letters; and an exercise may still speak of exercises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityalert.alerts import posing

POSING = [
    "THIS IS NOT A DRILL.",
    "This is\u00a0not  a\ndrill",
    "thisisnotadrill",
    "This isn’t a test!",
    "N-O-T A D R I L L",
    "This is n0t a dri11",
    "Тhis is nоt а drіll",  # Cyrillic Т, о, а, і
    "ＴＨＩＳ ＩＳ ＮＯＴ Ａ ＤＲＩＬＬ",
    "This is no longer an exercise",
    "This is a real emergency",
    "Attention: this is real!",
    "NO DUFF",
    "Ceci n'est pas un exercice",
    "Ceci n’est pas un exerсice",  # Cyrillic с
    "CECI N'EST PAS UN TEST.",
    "Ce n'est plus un exercice",
    "Ceci est une vraie urgence",
    "Il s'agit d'une alerte réelle.",
    "C’est réel",
]
HONEST = [
    "This is an exercise. This is not a real alert.",
    "Had this been an actual emergency, you would have been told where to go.",
    "In a real emergency call 911.",
    "This is a realistic exercise.",
    "This is really a drill.",
    "Say that you have it; it is only a test.",
    "Whether or not a testimony is needed",
    "Ceci n'est pas une alerte réelle.",
    "C'est réellement un exercice.",
    "Ceci est un exercice d'évacuation, plus une simulation d'incendie.",
    "Dans une vraie urgence, composez le 911.",
]


@pytest.mark.parametrize("text", POSING)
def test_what_says_that_it_is_real_is_found(text):
    assert posing.found(text)


@pytest.mark.parametrize("text", HONEST)
def test_what_says_that_it_is_an_exercise_may_be_said(text):
    assert posing.found(text) == ""


# What a reader takes for the letter.
ALIKE = {
    "a": "аａ", "e": "еé", "i": "іí1", "o": "оó0", "c": "сｃ", "s": "ѕ5", "l": "1ⅼ", "t": "ｔ", "d": "ｄ", "n": "ñｎ"
}  # fmt: skip
PHRASES = ["this is not a drill", "not an exercise", "ceci n'est pas un exercice", "not a test"]


@st.composite
def disguised(draw):
    phrase = draw(
        st.sampled_from(
            ["this is not a drill", "not an exercise", "ceci n'est pas un exercice", "not a test"]
        )
    )
    said = ""
    for letter in phrase:
        said += draw(st.sampled_from([letter, letter.upper(), *ALIKE.get(letter, "")]))
        if letter == " ":
            said += draw(st.sampled_from(["", " ", "\n", "-", "… "]))
    return (
        draw(st.sampled_from(["", "Attention! ", "We moved on. "]))
        + said
        + draw(st.sampled_from(["", ".", " !"]))
    )


@settings(max_examples=60, deadline=None)
@given(disguised())
def test_no_disguise_helps(text):
    assert posing.found(text)
