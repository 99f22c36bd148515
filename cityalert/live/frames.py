"""What a socket is told, as text and, for sockets that can take it, as the WebSocket frame around it."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

# One final, unmasked text frame (RFC 6455, 5.2): a server does not mask, so sockets can share it.
_FINAL_TEXT = 0x81


class Close(IntEnum):
    """Why we close. 4000 to 4999 are the application's own (RFC 6455, 7.4.2)."""

    COME_BACK = 1012
    FAULT = 1011
    NO_RIGHT = 4401
    REFUSED = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4409
    FLOOD = 4413


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: its text, and the bytes that may be written to the wire as they are."""

    text: str
    ready: bytes


def hello(position: int, at: datetime) -> Frame:
    """You hear what comes after this position."""
    return _frame({"type": "hello", "position": position, "at": at.isoformat()})


def card(position: int, content: Any) -> Frame:
    """An entry of the feed, in one language."""
    return _frame({"type": "card", "position": position, "card": content})


def item(topic: str, position: int, card: Any) -> Frame:
    """An entry of a stream, in one language; without a card it is to be fetched."""
    return _frame({"type": "item", "topic": topic, "position": position, "card": card})


def hint(topic: str, word: str) -> Frame:
    """Something about a topic changed: fetch it, where you are asked who you are."""
    return _frame({"type": "hint", "topic": topic, "word": word})


def beat(at: datetime) -> Frame:
    """The feed was looked at this moment, whether it had news or not."""
    return _frame({"type": "beat", "at": at.isoformat()})


def _frame(message: dict[str, Any]) -> Frame:
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    payload = text.encode()
    return Frame(text, _header(len(payload)) + payload)


def _header(length: int) -> bytes:
    if length < 126:
        return bytes((_FINAL_TEXT, length))
    if length < 65_536:
        return bytes((_FINAL_TEXT, 126)) + length.to_bytes(2, "big")
    return bytes((_FINAL_TEXT, 127)) + length.to_bytes(8, "big")
