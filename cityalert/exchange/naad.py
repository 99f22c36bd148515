"""NAAD, Alert Ready's stream: one TCP connection on which alerts follow one another, with a heartbeat every minute.

Two hosts carry the same. When one is silent for two minutes the next is tried; heartbeats name the last ten alerts,
and what was missed is fetched from the archive. What comes is external like everything that comes in.
"""

import logging
import re
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from threading import Event
from time import monotonic
from urllib.parse import quote

from django.conf import settings

from cityalert.exchange.actions.receiving import receive
from cityalert.exchange.cap import values
from cityalert.exchange.cap.document import Document
from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.opening import MAX_BYTES, CapRefused, Incomplete
from cityalert.exchange.cap.reading import read
from cityalert.exchange.fetching import NotFetched, fetch
from cityalert.exchange.models import External, Source

logger = logging.getLogger(__name__)

SILENCE_S = 120.0
HEARTBEAT = "NAADS-Heartbeat"
# A message that the archive did not have is asked for again at the next heartbeats, so often; so many are remembered.
TRIES, ASKED = 5, 200
_END = re.compile(rb"</(?:\w+:)?alert\s*>")
_PAUSE_S = 2.0


class Framing:
    """Cuts a stream of bytes into documents, each up to its closing tag."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, received: bytes) -> Iterator[bytes]:
        """The documents that are complete by now. What never ends is thrown away."""
        searched = max(0, len(self._waiting) - 64)
        self._waiting += received
        while found := _END.search(self._waiting, searched):
            document = bytes(self._waiting[: found.end()]).strip()
            del self._waiting[: found.end()]
            searched = 0
            yield document
        if len(self._waiting) > MAX_BYTES:
            self._waiting.clear()


def listen(
    hosts: Sequence[str],
    heard: Callable[[bytes], None],
    silent: Callable[[str], None],
    stop: Event,
    *,
    silence_s: float = SILENCE_S,
) -> None:
    """Hear one host after another until told to stop; `heard` gets each document, `silent` why a host was left."""
    for host in cycle(hosts):
        if stop.is_set():
            return
        try:
            _listen_to(host, heard, stop, silence_s)
        except OSError as error:
            silent(f"{host}: {error}"[:80])
            # The silence itself was pause enough, a refusal was not.
            stop.wait(min(_PAUSE_S, silence_s))


def _listen_to(host: str, heard: Callable[[bytes], None], stop: Event, silence_s: float) -> None:
    name, _colon, port = host.rpartition(":")
    with socket.create_connection((name, int(port)), timeout=min(10.0, silence_s)) as connection:
        connection.settimeout(min(1.0, silence_s))
        framing, last = Framing(), monotonic()
        while not stop.is_set():
            try:
                received = connection.recv(65536)
            except TimeoutError:
                received = None
            if received == b"":
                raise ConnectionError("closed")
            for document in framing.feed(received or b""):
                heard(document)
                last = monotonic()
            # Bytes that never become a document are silence, too.
            if monotonic() - last > silence_s:
                raise TimeoutError("silent")


class Stream:
    """What is done with what is heard."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._asked: deque[str] = deque(maxlen=ASKED * TRIES)

    def heard(self, raw: bytes, *, at: datetime) -> None:
        """Take an alert in; at a heartbeat, what was missed."""
        mine = Source.objects.filter(pk=self.source.pk)
        mine.update(looked_at=at, succeeded_at=at, failures=0, reason=[])
        document = _read(raw)
        if document and document.status == "System" and document.sender == HEARTBEAT:
            self._fill(document.references, at=at)
        else:
            self._take(raw, "NAAD", at=at)

    def silent(self, why: str, *, at: datetime) -> None:
        """Note that a host was left."""
        logger.warning("naad: %s", why)
        mine = Source.objects.filter(pk=self.source.pk)
        mine.update(looked_at=at, reason=Note("silent", value=why).as_json())

    def _fill(self, references: str, *, at: datetime) -> None:
        for one in references.split():
            found, _wrong = values.references(one)
            if not found or self._asked.count(one) >= TRIES or self._has(*found[0]):
                continue
            self._asked.append(one)
            try:
                body = fetch(archived(found[0][1], one.rpartition(",")[2])).body
            except NotFetched as failed:
                logger.warning("naad: the archive did not give a message (%s)", failed)
                if failed.note.code == "unreachable":
                    return  # nor would it give the others now
            else:
                self._take(body or b"", "NAAD archive", at=at)

    def _has(self, sender: str, identifier: str, sent: datetime) -> bool:
        near = (sent - timedelta(seconds=1), sent + timedelta(seconds=1))
        theirs = External.objects.filter(partner=None, sender=sender, identifier=identifier)
        return theirs.filter(sent_at__range=near).exists()

    def _take(self, raw: bytes, origin: str, *, at: datetime) -> None:
        try:
            receive(self.source, raw, origin, at=at)
        except CapRefused as refused:
            logger.warning("naad: a document was refused: %s", refused)


def archived(identifier: str, sent: str) -> str:
    """Where a message is kept: a folder for each day, "<sent>I<identifier>.xml", with marks replaced."""
    name = f"{sent}I{identifier}"
    for mark, letter in (("-", "_"), (":", "_"), ("+", "p")):
        name = name.replace(mark, letter)
    return f"{settings.NAAD_ARCHIVE.rstrip('/')}/{quote(sent[:10])}/{quote(name, safe='')}.xml"


def source(*, at: datetime) -> Source:
    """The row on which the stream says how it goes."""
    found, _is_new = Source.objects.get_or_create(
        kind=Source.Kind.NAAD, defaults={"name": "NAAD", "added_at": at, "url": ""}
    )
    return found


def _read(raw: bytes) -> Document | None:
    try:
        return read(raw).document
    except (CapRefused, Incomplete):
        return None
