"""Mailboxes, and the SMTP server's side of receiving for them. Nothing is ever relayed."""

import asyncio
import email
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from functools import cached_property
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from cityalert.lib.clock import now
from cityalert.sandbox.arrivals import Arrivals
from cityalert.sandbox.behaviour import MailFault, Rule, Rules
from cityalert.sandbox.messages import new_sid
from cityalert.sandbox.phones import LINK

SIZE_LIMIT = 2_000_000  # bytes of one message
AT_THE_DOOR = frozenset({MailFault.REFUSE, MailFault.DEFER})


@dataclass(eq=False)
class Mail:
    """One e-mail as one recipient has it. It is taken apart only when someone looks."""

    sender: str
    to: str
    raw: bytes = field(repr=False)
    at: datetime = field(default_factory=now)
    id: str = field(default_factory=lambda: new_sid("EM"))
    read: bool = False

    @cached_property
    def parsed(self) -> EmailMessage:
        """The message by the rules of MIME."""
        return email.message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        """The subject line, decoded."""
        return str(self.parsed.get("Subject", ""))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers in order, decoded."""
        return [(name, str(value)) for name, value in self.parsed.items()]

    @cached_property
    def text(self) -> str:
        """The plain part, or nothing."""
        return _part(self.parsed, "plain")

    @cached_property
    def html(self) -> str:
        """The HTML part, or nothing."""
        return _part(self.parsed, "html")

    @property
    def links(self) -> list[str]:
        """Web addresses in the plain part, or else in the HTML, in order and once each."""
        return list(dict.fromkeys(LINK.findall(self.text or self.html)))

    def says(self, text: str) -> bool:
        """Is `text` in the subject or the words, in whatever case?"""
        wanted = text.casefold()
        return any(wanted in part.casefold() for part in (self.subject, self.text, self.html))

    def __str__(self) -> str:
        return f"{self.subject!r} from {self.sender}"


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, UnicodeError):  # a charset nobody knows
        return bytes(part.get_payload(decode=True)).decode("utf-8", "replace")


class Mailbox(Arrivals[Mail]):
    """One address."""

    @property
    def messages(self) -> list[Mail]:
        """Everything here, oldest first."""
        return list(self.items)


class Mailboxes:
    """All mailboxes, made when first asked for or written to; the newest `keep` messages stay, of so many bytes."""

    def __init__(self, changed: threading.Condition, keep: int, keep_bytes: int) -> None:
        self.rules: Rules[MailFault] = Rules()
        self._changed, self._keep, self._keep_bytes = changed, keep, keep_bytes
        self._boxes: dict[str, Mailbox] = {}
        self._all: dict[str, Mail] = {}
        self._size = 0

    def __getitem__(self, address: str) -> Mailbox:
        address = address.lower()
        with self._changed:
            if address not in self._boxes:
                self._boxes[address] = Mailbox(address, self._changed)
            return self._boxes[address]

    def __iter__(self) -> Iterator[Mailbox]:
        """Those with something in them, the most recently written to first."""
        with self._changed:
            used = [box for box in self._boxes.values() if box.items]
        return iter(sorted(used, key=lambda box: box.items[-1].at, reverse=True))

    def __len__(self) -> int:
        return len(self._all)

    def newest_first(self) -> list[Mail]:
        """All that is kept."""
        with self._changed:
            return list(reversed(self._all.values()))

    def behave(self, fault: MailFault, *, times: int | None = None, to: str = "", code: int = 0) -> None:
        """Let `fault` happen to mail for `to` or for all, so many `times` or until `calm`."""
        self.rules.add(Rule(fault, to=to.lower(), times=times, code=code))

    def calm(self) -> None:
        """Take back every fault."""
        self.rules.clear()

    def clear(self) -> None:
        """Empty all mailboxes."""
        with self._changed:
            for box in self._boxes.values():
                box.items.clear()
            self._all.clear()
            self._size = 0

    def deliver(self, sender: str, to: str, raw: bytes) -> None:
        """Put a message into the mailbox of `to`; the oldest make room for it."""
        mail = Mail(sender, to.lower(), raw)
        with self._changed:
            self._all[mail.id] = mail
            self._size += len(raw)
            while len(self._all) > self._keep or self._size > self._keep_bytes:
                old = self._all.pop(next(iter(self._all)))
                self._size -= len(old.raw)
                self._boxes[old.to].forget(old)
            self[to].arrive(mail)


class Handler:
    """What aiosmtpd asks while a client talks to it."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or turn away one recipient."""
        rule = self._mailboxes.rules.take(address.lower(), lambda fault: fault in AT_THE_DOOR)
        if rule and rule.fault is MailFault.REFUSE:
            return f"{rule.code or 550} 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if rule:
            return f"{rule.code or 451} 4.7.1 <{address}>: Recipient address rejected: Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message in for each recipient, unless a fault was asked for."""
        faults = set()
        for address in envelope.rcpt_tos:
            rule = self._mailboxes.rules.take(address.lower(), lambda fault: fault not in AT_THE_DOOR)
            faults |= {rule.fault} if rule else set()
        if MailFault.DROP in faults:
            cast(asyncio.Transport, server.transport).abort()
            await _until_gone()
        for address in envelope.rcpt_tos:
            self._mailboxes.deliver(envelope.mail_from or "", address, envelope.original_content or b"")
        if MailFault.HANG in faults:
            await _until_gone()
        return "250 2.0.0 Ok: queued"


async def _until_gone() -> None:
    """Wait for the client to have had enough: aiosmtpd cancels the handler when the connection is lost."""
    await asyncio.Event().wait()
