"""A stand-in for NAAD, Alert Ready's stream: heartbeats, alerts, and the archive of what was said."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from cityalert.lib import clock

KEPT = 50
# NAAD's own beats once a minute; nobody who looks at a demo waits so long.
BEAT_SECONDS = 20.0
NAMED = 10
SENDER = "naad-sandbox@cityalert.example"
PREFIX = "/naad/archive/"

_ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier>\
<sender>{sender}</sender><sent>{sent}</sent><status>{status}</status><msgType>Alert</msgType>\
<scope>Public</scope>{rest}</alert>"""
_INFO = """<info><language>{language}</language><category>Met</category><event>{event}</event>\
<responseType>Shelter</responseType><urgency>Immediate</urgency><severity>Severe</severity>\
<certainty>Observed</certainty><eventCode><valueName>profile:CAP-CP:Event:0.4</valueName><value>thunderstorm</value>\
</eventCode><expires>{expires}</expires><senderName>Sandbox Weather Service</senderName>\
<headline>{headline}</headline><description>{description}</description><instruction>{instruction}</instruction>\
<area><areaDesc>Toronto</areaDesc><polygon>43.60,-79.50 43.60,-79.30 43.70,-79.30 43.70,-79.50 43.60,-79.50</polygon>\
<geocode><valueName>profile:CAP-CP:Location:0.3</valueName><value>3520005</value></geocode></area></info>"""
_WORDS = (
    {
        "language": "en-CA", "event": "thunderstorm", "headline": "Severe thunderstorm warning in effect",
        "description": "A line of thunderstorms is moving in from the lake.", "instruction": "Go indoors.",
    },
    {
        "language": "fr-CA", "event": "orage", "headline": "Avertissement d’orages violents en vigueur",
        "description": "Une ligne d’orages arrive du lac.", "instruction": "Rentrez à l’intérieur.",
    },
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One message of the stream."""

    identifier: str
    sent: str
    raw: bytes

    @property
    def path(self) -> str:
        """Where the archive has it."""
        name = f"{self.sent}I{self.identifier}".replace("-", "_").replace(":", "_").replace("+", "p")
        return f"{PREFIX}{self.sent[:10]}/{name}.xml"


class Naad:
    """Whoever connects hears it. `host` is known once it listens."""

    def __init__(self) -> None:
        self.host = ""
        self.beats = True
        self.said: deque[Said] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._beating: asyncio.Task[None] | None = None

    @property
    def listening(self) -> int:
        """How many hear it."""
        return len(self._listeners)

    async def open(self, address: str, port: int) -> None:
        """Listen there."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._heard_by, address, port)
        self.host = f"{address}:{self._server.sockets[0].getsockname()[1]}"
        self._beating = asyncio.create_task(self._beat())

    async def close(self) -> None:
        """Hang up on everybody."""
        if self._beating:
            self._beating.cancel()
        for writer in list(self._listeners):
            writer.close()
        if self._server:
            self._server.close()

    def sample(self, *, aloud: bool = True) -> Said:
        """A new alert; unless aloud, only the archive and the next heartbeat know of it. From any thread."""
        at = clock.now()
        sent, expires = (f"{one:%Y-%m-%dT%H:%M:%S}-00:00" for one in (at, at + timedelta(hours=1)))
        infos = "".join(_INFO.format(expires=expires, **words) for words in _WORDS)
        identifier = f"urn:oid:2.49.0.1.124.{uuid4().int % 10**10}"
        rest = f"<code>profile:CAP-CP:0.4</code>{infos}"
        text = _ALERT.format(identifier=identifier, sender=SENDER, sent=sent, status="Actual", rest=rest)
        said = Said(identifier, sent, text.encode())
        self.said.append(said)
        if aloud:
            self.say(said.raw)
        return said

    def heartbeat(self) -> bytes:
        """Says that it lives, and names the last ten alerts."""
        names = " ".join(f"{SENDER},{one.identifier},{one.sent}" for one in list(self.said)[-NAMED:])
        return _ALERT.format(
            identifier=f"beat-{uuid4().hex}", sender="NAADS-Heartbeat", status="System",
            sent=f"{clock.now():%Y-%m-%dT%H:%M:%S}-00:00", rest=f"<references>{names}</references>",
        ).encode()  # fmt: skip

    def say(self, raw: bytes) -> None:
        """To everybody who listens. From any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._write, raw)

    def from_archive(self, path: str) -> bytes | None:
        """What stands at a path of the archive."""
        return next((one.raw for one in self.said if one.path == path), None)

    def clear(self) -> None:
        """As new."""
        self.said.clear()
        self.beats = True

    def _write(self, raw: bytes) -> None:
        for writer in list(self._listeners):
            writer.write(raw)

    async def _heard_by(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._listeners.add(writer)
        if self.beats:
            writer.write(self.heartbeat())
        with suppress(OSError):
            while await reader.read(1024):
                pass
        self._listeners.discard(writer)
        writer.close()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self.beats:
                self._write(self.heartbeat())
