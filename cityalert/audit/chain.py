"""The chain's rules: what is hashed, how, and what breaks it. Values in, values out; no database.

`scripts/verify_audit_export` says the same in standard Python, so that an outsider can check an export.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

# What the first entry is chained to.
GENESIS = 64 * "0"


class Link(Protocol):
    """An entry, as the chain sees it."""

    position: int
    recorded_at: datetime
    verb: str
    user_id: int | None
    user_name: str
    partner_id: UUID | None
    object_kind: str
    object_id: str
    facts: dict[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold."""

    position: int
    why: str


def content(entry: Link) -> dict[str, Any]:
    """All that is hashed, as JSON values; `previous_hash` among it, so each entry vouches for all before."""
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "verb": entry.verb,
        "user_id": entry.user_id,
        "user_name": entry.user_name,
        "partner_id": str(entry.partner_id) if entry.partner_id else None,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "facts": entry.facts,
        "previous_hash": entry.previous_hash,
    }


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: object) -> Any:
    """A fact as jsonb gives it back, so that the hash of what is read is the hash of what was written.

    What is not JSON becomes its text. `digest` refuses NaN and infinity, which jsonb would.
    """
    if isinstance(value, Mapping):
        return {_text(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    return _scalar(value)


def _scalar(value: object) -> bool | float | str | None:
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case float():
            # jsonb keeps 1e16 as an integer.
            return int(value) if value.is_integer() else float(value)
        case _:
            return _text(value)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    # jsonb refuses NUL and lone surrogates.
    return str(value).encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def first_break(entries: Iterable[Link]) -> Break | None:
    """Walk entries by position, from the first ever written; None when the chain holds."""
    head = (0, GENESIS)
    for entry in entries:
        why = fault(entry, after=head)
        if why:
            return Break(head[0] + 1, why)
        head = (entry.position, entry.hash)
    return None


def fault(entry: Link, *, after: tuple[int, str]) -> str:
    """Why an entry cannot be the one after a position and its hash; empty when it is."""
    position, previous = after[0] + 1, after[1]
    if entry.position != position:
        return _("missing: the next entry there is has position %d") % entry.position
    if entry.previous_hash != previous:
        return _("unlinked: it does not follow from the entry before")
    if entry.hash != digest(content(entry)):
        return _("altered: what it says is not what was written")
    return ""
