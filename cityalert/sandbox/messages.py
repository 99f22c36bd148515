"""Text messages as Twilio keeps them: the record, its JSON, and a bounded store one can search."""

import secrets
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from cityalert.lib.clock import now
from cityalert.sandbox.segments import count

API = "2010-04-01"
# States have an order; a cancelled or failed message does not move again.
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})


def new_sid(prefix: str = "SM") -> str:
    """A fresh identifier in Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@lru_cache(maxsize=64)
def _rfc2822(second: datetime) -> str:
    return format_datetime(second)


def _date(at: datetime | None) -> str | None:
    return _rfc2822(at.replace(microsecond=0)) if at else None


@dataclass(slots=True, eq=False)
class Message:
    """One message, in or out. `sender` is empty until a Messaging Service has chosen one.

    `heard` holds the states whose call-back was answered with success.
    """

    account: str
    to: str
    sender: str
    body: str
    direction: str
    status: str
    service: str = ""
    callback: str = ""
    validity: int = 36_000
    sid: str = field(default_factory=new_sid)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime | None = None
    sent_at: datetime | None = None
    error: int = 0
    error_message: str = ""
    heard: set[str] = field(default_factory=set)

    def become(self, status: str) -> bool:
        """Move to `status`; False when the message has already come to its end."""
        if self.status in FINAL:
            return False
        self.status, self.updated_at = status, now()
        if status in ("sent", "received"):
            self.sent_at = self.updated_at
        return True

    @property
    def dated_at(self) -> datetime:
        """When it was sent or, so far unsent, made: what the list is filtered by."""
        return self.sent_at or self.created_at

    def as_json(self) -> dict[str, object]:
        """The Message resource of Twilio's API."""
        uri = f"/{API}/Accounts/{self.account}/Messages/{self.sid}"
        return {
            "account_sid": self.account,
            "api_version": API,
            "body": self.body,
            "date_created": _date(self.created_at),
            "date_sent": _date(self.sent_at),
            "date_updated": _date(self.updated_at or self.created_at),
            "direction": self.direction,
            "error_code": self.error or None,
            "error_message": self.error_message or None,
            "from": self.sender or None,
            "messaging_service_sid": self.service or None,
            "num_media": "0",
            # Without a sender the alphabet of the route is not known yet, and Twilio says 0.
            "num_segments": str(count(self.body)) if self.sender else "0",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


class Store:
    """The newest `keep` messages, oldest first."""

    def __init__(self, keep: int, lock: threading.Condition) -> None:
        self.keep = keep
        self._lock = lock
        self._by_sid: dict[str, Message] = {}
        self._by_receiver: dict[str, dict[str, Message]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._by_sid)

    def add(self, message: Message) -> list[Message]:
        """Keep `message`; returns those that had to make room."""
        with self._lock:
            self._by_sid[message.sid] = self._by_receiver[message.to][message.sid] = message
            surplus = len(self._by_sid) - self.keep
            return [self._drop(next(iter(self._by_sid.values()))) for _ in range(surplus)]

    def get(self, sid: str) -> Message | None:
        """The message with this sid, if it is still kept."""
        return self._by_sid.get(sid)

    def remove(self, message: Message) -> None:
        """Forget `message`."""
        with self._lock:
            if message.sid in self._by_sid:
                self._drop(message)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._by_sid.clear()
            self._by_receiver.clear()

    def newest_first(self, to: str | None = None) -> Iterator[Message]:
        """All messages as they are now, or those to one number."""
        with self._lock:
            kept = list((self._by_receiver.get(to, {}) if to else self._by_sid).values())
        return reversed(kept)

    def _drop(self, message: Message) -> Message:
        own = self._by_receiver[message.to]
        del self._by_sid[message.sid], own[message.sid]
        if not own:
            del self._by_receiver[message.to]
        return message
