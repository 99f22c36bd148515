"""What is left out of a copy, and how that shows. Pure: posts in, entries and a log of what is missing out."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cityalert.records.models import Ground, Removal

What = Removal.What
# What an entry says that may name somebody or something. `before` holds what was said until a change.
_WORDS = ("text", "place")


@dataclass(frozen=True)
class Plan:
    """What is to go: whole posts by position, people by their key, passages wherever they stand."""

    posts: Mapping[int, Ground] = field(default_factory=dict)
    people: frozenset[int] = frozenset()
    passages: Sequence[str] = ()
    ground: Ground = Ground.PRIVACY  # of passages; people's is always their privacy


@dataclass(frozen=True)
class Gone:
    """One thing that was left out of one entry, and how often it stood there."""

    position: int
    what: str
    ground: str
    times: int = 1


def apply(
    plan: Plan, entries: Iterable[dict[str, Any]], names: Mapping[int, str]
) -> tuple[list[dict[str, Any]], list[Gone]]:
    """The entries without what is to go, and what went. `names`: of everybody who speaks, by key.

    An entry: `position`, `author_id`, `author`, `text`, `before` (what it said: a list of {"text", …}), `files`, and
    more that is left alone. `author_id` is for this function only and never leaves it.
    """
    stand_ins = {key: f"[person {number}]" for number, key in enumerate(sorted(plan.people), start=1)}
    rules = [
        *((What.PERSON, Ground.PRIVACY, _anywhere(names[key]), stand_ins[key]) for key in stand_ins if key in names),
        *((What.PASSAGE, plan.ground, _anywhere(one), "[removed]") for one in plan.passages if one.strip()),
    ]  # fmt: skip
    kept, gone = [], list[Gone]()
    for entry in entries:
        position, author_id = entry["position"], entry["author_id"]
        left = {name: value for name, value in entry.items() if name != "author_id"}
        if author_id in stand_ins:
            left["author"] = stand_ins[author_id]
            gone.append(Gone(position, What.PERSON, Ground.PRIVACY))
        if ground := plan.posts.get(position):
            left |= dict.fromkeys(_WORDS, "") | {"before": [], "files": [], "removed": ground.value}
            gone.append(Gone(position, What.POST, ground))
        else:
            gone += _cleaned(left, rules)
        kept.append(left)
    return kept, gone


def _cleaned(entry: dict[str, Any], rules: Iterable[tuple[str, str, re.Pattern[str], str]]) -> list[Gone]:
    gone = []
    for what, ground, pattern, instead in rules:
        times = 0
        for holder in (entry, *entry["before"]):
            for name in _WORDS:
                if holder.get(name):
                    holder[name], n = pattern.subn(instead, holder[name])
                    times += n
        for file in entry["files"]:
            file["name"], n = pattern.subn(instead, file["name"])
            times += n
        if times:
            gone.append(Gone(entry["position"], what, ground, times))
    return gone


def _anywhere(words: str) -> re.Pattern[str]:
    """These words in any case, however they are spaced."""
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


def chain(entries: Iterable[dict[str, Any]]) -> str:
    """Give each entry its `hash`, of itself and the one before, as canonical JSON; returns the last.

    Whoever changes, adds or takes away one afterwards changes every hash that follows.
    """
    head = ""
    for entry in entries:
        entry["previous"] = head
        said = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        head = entry["hash"] = hashlib.sha256(said.encode()).hexdigest()
    return head
