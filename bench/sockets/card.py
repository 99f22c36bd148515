"""The card that is sent: 1.35 kB as it goes over the wire, like an alert with its instruction and its rendering."""

import json
from typing import Any

LENGTH = 1350
_ENVELOPE = len('{"type":"card","position":1000,"card":}')


def card(length: int) -> dict[str, Any]:
    """A card whose message is about this long."""
    content = {
        "id": "5b0a7c1e-4f0e-4d7e-9c7c-0d6e3c9f2a11",
        "severity": "extreme",
        "headline": "Fire",
        "html": "",
    }
    missing = length - _ENVELOPE - len(json.dumps(content, separators=(",", ":")))
    return content | {"html": "x" * missing}


def text(length: int) -> str:
    """The same bytes as ours."""
    return json.dumps({"type": "card", "position": 1000, "card": card(length)}, separators=(",", ":"))
