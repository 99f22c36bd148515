"""Everything is said in French too, with the same blanks to fill in. What the French says is for people."""

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from cityalert.lib import sms

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
# Its texts are replies by text message: they go out as they stand.
REPLIES = "cityalert/delivery/replies.py"

LINE = re.compile(r'^(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[\d\])? )?(".*")$')
BLANK = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z][^>]*>")
BREAKING = re.compile(r"(?<=\S) [:;!?»](?!\w)|« ")


@dataclass
class Entry:
    """One text as the catalogue has it."""

    places: str = ""
    flags: str = ""
    english: list[str] = field(default_factory=list)
    french: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " / ".join(self.english)


@cache
def all_entries() -> list[Entry]:
    """All but the header."""
    blocks = CATALOGUE.read_text(encoding="utf-8").split("\n\n")
    return [entry for block in blocks if any((entry := _entry(block)).english)]


def _entry(block: str) -> Entry:
    entry, told = Entry(), ""
    for line in block.splitlines():
        if line.startswith("#:"):
            entry.places += line[2:]
        elif line.startswith("#,"):
            entry.flags += line[2:]
        elif found := LINE.match(line):
            begins, text = found[1], ast.literal_eval(found[2])
            told = begins or told
            if told == "msgctxt":
                continue
            texts = entry.french if told == "msgstr" else entry.english
            if begins:
                texts.append(text)
            else:
                texts[-1] += text
    return entry


def blanks(text: str) -> list[str]:
    """What is filled in, and the tags around it, whatever their order."""
    return sorted(BLANK.findall(text))


def test_there_is_something_to_read():
    assert len(all_entries()) > 500


def test_every_text_has_its_french():
    without = [str(entry) for entry in all_entries() if not all(entry.french)]

    assert without == []


def test_no_french_is_only_a_guess():
    guessed = [str(entry) for entry in all_entries() if "fuzzy" in entry.flags]

    assert guessed == []


def test_the_same_blanks_are_filled_in():
    different = [
        (english, french)
        for entry in all_entries()
        for english, french in zip(entry.english, entry.french, strict=True)
        if blanks(english) != blanks(french)
    ]

    assert different == []


def test_both_begin_and_end_their_lines_alike():
    different = [
        str(entry)
        for entry in all_entries()
        for english, french in zip(entry.english, entry.french, strict=True)
        if (english[0] == "\n", english[-1] == "\n") != (french[:1] == "\n", french[-1:] == "\n")
    ]

    assert different == []


def test_no_line_begins_with_a_colon():
    """French puts a space before some signs; it must not be one where the line may break."""
    loose = [
        french
        for entry in all_entries()
        for french in entry.french
        if REPLIES not in entry.places and BREAKING.search(french)
    ]

    assert loose == []


@pytest.mark.parametrize(
    "french", [french for entry in all_entries() if REPLIES in entry.places for french in entry.french]
)
def test_a_reply_by_text_message_costs_one_segment(french):
    assert sms.segments(french) == 1
    assert sms.is_gsm(re.sub(BLANK, "", french))
