"""What a channel is: it opens a line, and says one message at a time on it. It touches no database."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cityalert.lib.severity import Severity


@dataclass(frozen=True, slots=True)
class Message:
    """One try at telling one person something, in their language."""

    delivery_id: int
    attempt_id: int
    channel: str
    address: str
    link: str
    texts: Mapping[str, str]
    language: str
    severity: Severity
    series: str  # the same for all versions of one happening
    asks: bool  # is there something to acknowledge?
    message_key: str  # the same for every try of one delivery, so that a receiver can recognise a repetition
    provider: str  # who is to deliver it, of those the channel has
    is_trial: bool  # a few go to a provider that rests, to see whether it works again
    started_at: datetime
    lease_until: datetime
    expires_at: datetime
    leave: str = ""  # where a resident stops it all; members have their own page
    why: str = ""  # why it comes to this person, in a sentence

    def text(self, name: str) -> str:
        """One of the notice's texts, with this person's own link in its place."""
        return self.texts[name].replace("{link}", self.link)


class ChannelError(Exception):
    """The provider refused, or could not be asked. Nothing was sent.

    `permanent`: trying again is useless. `is_gone`: the address does not exist. `opted_out`: the person said STOP.
    `pause_s`: how long the whole channel should hold its breath.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        is_gone: bool = False,
        opted_out: bool = False,
        pause_s: int = 0,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent or is_gone or opted_out
        self.is_gone = is_gone
        self.opted_out = opted_out
        self.pause_s = pause_s


class OutcomeUnknown(Exception):
    """It was handed over, and no answer came: it may or may not have been sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """`name` is stored with each delivery; `in_flight` is how many are handed over at the same time."""

    name: str
    in_flight: int
    can_look_up: bool

    def open(self) -> AbstractAsyncContextManager[Any]:
        """A line to the provider, kept open over many messages."""
        ...

    async def send(self, line: Any, message: Message) -> str:
        """Hand over one message; returns the provider's id. Raises ChannelError or OutcomeUnknown."""
        ...

    async def find(self, line: Any, message: Message) -> str | None:
        """The provider's id of a message that may have been sent, or None if it was not. Raises ChannelError."""
        ...


def providers_of(channel: Channel) -> tuple[str, ...]:
    """Who can deliver by a channel, the preferred first; a channel that names none is its own."""
    return tuple(getattr(channel, "providers", ())) or (channel.name,)
