"""Numbers and addresses of others, shown so that they are recognised and cannot be used. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from cityalert.businesses.models import Function


@dataclass(frozen=True)
class Shown:
    """Somebody who is called for a function, as far as the reader may see."""

    function: Function
    name: str
    ways: list[str]


def veil(text: str) -> str:
    """ "+14165550123" → "••• 0123", "zoe@cafe.example" → "z•••@cafe.example"."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"••• {text[-4:]}" if text else ""


def people(record: Mapping[str, str], veiled: set[str]) -> list[Shown]:
    """Who is called at a business, with what is in `veiled` veiled; functions without anybody left out."""
    found = []
    for function in Function:
        ways = {name: record.get(name, "") for name in (f"{function}_phone", f"{function}_email")}
        shown = [veil(text) if name in veiled else text for name, text in ways.items() if text]
        if shown or record.get(f"{function}_name"):
            found.append(Shown(function, record.get(f"{function}_name", ""), shown))
    return found
