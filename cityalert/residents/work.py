"""Proof of work: a second of a visitor's computer for each text, so that a thousand texts cost something. Pure.

The browser looks for a number that makes SHA-256 of "challenge:number" begin with so many zero bits; see
static/js/residents.js. Without script there is no text, but mail, which costs nobody money.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.core import signing

BITS = 15
GOOD_FOR = timedelta(hours=2)
_SALT = "residents: work"


def challenge(at: datetime) -> str:
    """Something to work on, made at a moment."""
    return signing.dumps([int(at.timestamp()), secrets.token_urlsafe(9)], salt=_SALT)


def is_done(asked: str, found: str, *, at: datetime) -> bool:
    """Is that an answer, to a question of ours that is not old?"""
    try:
        made, _luck = signing.loads(asked, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    age = at - datetime.fromtimestamp(made, UTC)
    if not (
        found.isascii()
        and found.isdigit()
        and len(found) <= 12
        and timedelta() - timedelta(seconds=2) <= age <= GOOD_FOR
    ):
        return False
    return zeros(hashlib.sha256(f"{asked}:{found}".encode()).digest()) >= BITS


def zeros(digest: bytes) -> int:
    """With how many zero bits it begins."""
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()
