"""What the form of a copy says, cleaned."""

from collections.abc import Mapping
from typing import Any

from cityalert.records.models import Ground
from cityalert.records.redacting import Plan

PASSAGES_AT_MOST = 200
LONGEST = 500


def plan_from(data: Any) -> Plan:
    """What to leave out. What names no ground, no position or nobody is as if it were not there."""
    return Plan(
        posts=_posts(data),
        people=frozenset(int(one) for one in data.getlist("person") if one.isascii() and one.isdigit()),
        passages=_passages(data.get("passages", "")),
        ground=_ground(data.get("ground", "")) or Ground.PRIVACY,
    )


def _posts(data: Mapping[str, str]) -> dict[int, Ground]:
    found = {}
    for name in data:
        position = name.removeprefix("post-")
        if position != name and position.isascii() and position.isdigit() and (ground := _ground(data[name])):
            found[int(position)] = ground
    return found


def _passages(text: str) -> list[str]:
    lines = [" ".join(line.split())[:LONGEST] for line in text.splitlines()]
    # The longer first: one may be part of another.
    return sorted({line for line in lines if line}, key=len, reverse=True)[:PASSAGES_AT_MOST]


def _ground(value: str) -> Ground | None:
    return Ground(value) if value in Ground.values else None
