"""Phones that receive texts and answer them. How a text travels is not here: see provider and carrier."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cityalert.sandbox.arrivals import Arrivals
from cityalert.sandbox.messages import Message
from cityalert.sandbox.segments import count

LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")


class Line(Protocol):
    """What carries a text from a phone to the network and waits until it is taken in."""

    def say(self, number: str, text: str, sender: str = "") -> int:
        """Send `text` from `number`; returns the HTTP status with which the web hook was answered."""
        ...


@dataclass(slots=True, eq=False)
class Text:
    """One bubble on a phone."""

    message: Message
    mine: bool  # written on this phone
    by_provider: bool = False  # Twilio's own words, such as its answer to STOP
    read: bool = False
    phone: "Phone | None" = field(default=None, repr=False)

    @property
    def body(self) -> str:
        """The words."""
        return self.message.body

    @property
    def at(self) -> datetime:
        """When it was sent."""
        return self.message.dated_at

    @property
    def segments(self) -> int:
        """How many segments it took on the network."""
        return count(self.message.body)

    @property
    def links(self) -> list[str]:
        """Web addresses in it, in order."""
        return LINK.findall(self.message.body)

    def says(self, text: str) -> bool:
        """Does it hold `text`, in whatever case?"""
        return text.casefold() in self.message.body.casefold()

    def reply(self, text: str) -> int:
        """Answer it; returns when CityAlert has taken the answer in, with the HTTP status it gave."""
        if self.phone is None:
            raise LookupError("This text is on no phone.")
        return self.phone.send(text, to=self.message.sender)

    def __str__(self) -> str:
        return f"{'me: ' if self.mine else ''}{self.message.body!r} ({self.message.status})"


class Phone(Arrivals[Text]):
    """One number: what it got, what it said, and a way to say more."""

    def __init__(self, number: str, changed: threading.Condition, line: Line) -> None:
        super().__init__(number, changed)
        self._line = line

    @property
    def number(self) -> str:
        """The number in E.164 form."""
        return self.address

    @property
    def messages(self) -> list[Text]:
        """What CityAlert has sent here, oldest first."""
        return [text for text in list(self.items) if not text.mine and not text.by_provider]

    @property
    def conversation(self) -> list[Text]:
        """Everything said here either way, oldest first."""
        return list(self.items)

    def send(self, text: str, to: str = "") -> int:
        """Write to CityAlert; returns when it has taken the text in, with the HTTP status it gave."""
        return self._line.say(self.address, text, to)

    def receive(self, message: Message, *, by_provider: bool = False) -> None:
        """A text from the network arrives. Twilio's own words count as read: no test waits for them."""
        self.arrive(Text(message, mine=False, by_provider=by_provider, read=by_provider, phone=self))

    def said(self, message: Message) -> None:
        """Keep what was written on this phone."""
        self.arrive(Text(message, mine=True, read=True, phone=self))


class Phones:
    """All phones, made when first asked for."""

    def __init__(self, changed: threading.Condition, line: Line) -> None:
        self._changed, self._line = changed, line
        self._phones: dict[str, Phone] = {}

    def __getitem__(self, number: str) -> Phone:
        number = plain(number)
        with self._changed:
            if number not in self._phones:
                self._phones[number] = Phone(number, self._changed, self._line)
            return self._phones[number]

    def __iter__(self) -> Iterator[Phone]:
        """Those with something on them, the most recently used first."""
        with self._changed:
            used = [phone for phone in self._phones.values() if phone.items]
        return iter(sorted(used, key=lambda phone: phone.items[-1].at, reverse=True))

    def forget(self, message: Message) -> None:
        """Take `message` off the phones; a phone left empty goes too."""
        with self._changed:
            for number in (message.to, message.sender):
                phone = self._phones.get(number)
                text = next((t for t in phone.items if t.message is message), None) if phone else None
                if phone and text:
                    phone.forget(text)
                    if not phone.items:
                        del self._phones[number]

    def clear(self) -> None:
        """All phones as new."""
        with self._changed:
            for phone in self._phones.values():
                phone.items.clear()


def plain(number: str) -> str:
    """`number` without the spaces, dashes and brackets people write."""
    return re.sub(r"[\s().-]", "", number)
