"""What people write is understood, or they are told what to write instead."""

import pytest

from cityalert.businesses import reading
from cityalert.businesses.reading import Unreadable


@pytest.mark.parametrize(
    ("read", "typed", "kept"),
    [
        (reading.phone, " (416) 555-0123 ", "+14165550123"),
        (reading.phone, "+33 1 42 68 53 00", "+33142685300"),
        (reading.phone, "", ""),
        (reading.email, "Zoe@Cafe.Example", "zoe@cafe.example"),
        (reading.day, "2026/3/1", "2026-03-01"),
        (reading.day, "2026-03-01 00:00:00", "2026-03-01"),
        (reading.spoken, "French, english; EN", "en; fr"),
        (reading.spoken, "Français / cantonais", "fr; yue"),
        (reading.spoken_to, "Anglais", "en"),
        (reading.tags, "Patio, food;  FOOD", "food; patio"),
        (reading.number, "1 250.50", "1250.5"),
        (reading.yes_no, "Oui", "yes"),
        (reading.yes_no, "FALSE", "no"),
        (lambda text: reading.degrees(text, 180), "-79.38150", "-79.3815"),
        (lambda text: reading.degrees(text, 180), "0", "0"),
    ],
)
def test_it_is_understood_and_reading_it_again_changes_nothing(read, typed, kept):
    assert read(typed) == kept
    assert read(kept) == kept


@pytest.mark.parametrize(
    ("read", "typed", "says"),
    [
        (reading.phone, "call me", "no telephone number"),
        (reading.phone, "555-0123", "No telephone has"),
        (reading.phone, "416-555-0123 ext. 5", "extension"),
        (reading.email, "zoe@", "no e-mail address"),
        (reading.day, "03/04/2026", "2026-03-31"),
        (reading.day, "2026-02-30", "no such day"),
        (reading.day, "0026-02-03", "between 1900"),
        (reading.spoken, "Klingon", "Klingon"),
        (reading.spoken_to, "zh", "English and French"),
        (reading.number, "many", "no number"),
        (reading.yes_no, "perhaps", "yes or no"),
        (lambda text: reading.degrees(text, 90), "43,64", "with a point"),
        (lambda text: reading.degrees(text, 90), "-79 W", "with a point"),
        (lambda text: reading.degrees(text, 90), "91", "at most 90"),
        (lambda text: reading.degrees(text, 90), "NaN", "with a point"),
        (lambda text: reading.line(text, 5), "longer", "5 characters"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(read, typed, says):
    with pytest.raises(Unreadable) as wrong:
        read(typed)

    assert says in str(wrong.value.sentence)
