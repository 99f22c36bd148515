"""What is left out of a copy, and the chain of its entries: values in, values out."""

import hashlib
import json
from copy import deepcopy

from cityalert.records.models import Ground
from cityalert.records.redacting import Gone, Plan, apply, chain

NAMES = {1: "Avery Stone", 2: "Corin Bell"}


def entry(position, author_id, text, *, before=(), files=()):
    return {
        "position": position, "author_id": author_id, "author": NAMES[author_id], "text": text, "place": "",
        "before": [{"text": one} for one in before], "files": [{"name": one} for one in files],
    }  # fmt: skip


SAID = [
    entry(1, 1, "CORIN  bell saw Jane Doe at 12 Bay St.", before=["Jane Doe was there."], files=["jane doe.jpg"]),
    entry(2, 2, "Yes, Corin Bell here.", files=["plan.pdf"]),
    entry(3, 1, "Noted."),
]  # fmt: skip


def test_nothing_is_left_out_that_was_not_asked_for():
    kept, gone = apply(Plan(), deepcopy(SAID), NAMES)

    assert gone == []
    assert kept == [{k: v for k, v in one.items() if k != "author_id"} for one in SAID]


def test_a_name_is_gone_wherever_it_stands_and_people_are_still_told_apart():
    kept, gone = apply(Plan(people=frozenset({2})), deepcopy(SAID), NAMES)

    assert [one["author"] for one in kept] == ["Avery Stone", "[person 1]", "Avery Stone"]
    assert kept[0]["text"] == "[person 1] saw Jane Doe at 12 Bay St."
    assert kept[1]["text"] == "Yes, [person 1] here."
    assert "corin" not in json.dumps(kept).lower()
    assert {one.position for one in gone} == {1, 2}


def test_a_passage_is_gone_from_texts_their_former_words_and_the_names_of_files():
    kept, gone = apply(Plan(passages=["jane doe"], ground=Ground.SAFETY), deepcopy(SAID), NAMES)

    assert "jane" not in json.dumps(kept).lower()
    assert gone == [Gone(1, "passage", "safety", 3)]


def test_a_whole_message_leaves_its_place_and_its_ground():
    kept, gone = apply(Plan(posts={2: Ground.ENFORCEMENT}), deepcopy(SAID), NAMES)

    assert (kept[1]["text"], kept[1]["files"], kept[1]["removed"]) == ("", [], "enforcement")
    assert [one["position"] for one in kept] == [1, 2, 3]
    assert gone == [Gone(2, "post", "enforcement")]


def test_the_chain_shows_any_change():
    entries, _gone = apply(Plan(), deepcopy(SAID), NAMES)
    head = chain(entries)

    assert [one["previous"] for one in entries] == ["", entries[0]["hash"], entries[1]["hash"]]
    assert head == entries[-1]["hash"]
    # As the copy says that it is checked.
    for one in entries:
        left = {name: value for name, value in one.items() if name != "hash"}
        said = json.dumps(left, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(said.encode()).hexdigest() == one["hash"]
    changed = [{k: v for k, v in one.items() if k not in {"hash", "previous"}} for one in entries]
    changed[0]["text"] += "!"
    assert chain(changed) != head
