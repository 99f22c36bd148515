"""Who is called at a business, as far as the reader may see. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from cityalert.businesses.models import Function
from cityalert.lib.veil import veil


@dataclass(frozen=True)
class Shown:
    """Somebody who is called for a function, as far as the reader may see."""

    function: Function
    name: str
    ways: list[str]


def people(record: Mapping[str, str], veiled: set[str]) -> list[Shown]:
    """Who is called at a business, with what is in `veiled` veiled; functions without anybody left out."""
    found = []
    for function in Function:
        ways = {name: record.get(name, "") for name in (f"{function}_phone", f"{function}_email")}
        shown = [veil(text) if name in veiled else text for name, text in ways.items() if text]
        if shown or record.get(f"{function}_name"):
            found.append(Shown(function, record.get(f"{function}_name", ""), shown))
    return found
