"""Getting what stands at an address somebody gave us: by `lib.outbound`, which goes nowhere inside, within 15 s."""

from collections.abc import Mapping
from dataclasses import dataclass

from asgiref.sync import async_to_sync
from django.conf import settings
from yarl import URL

from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.opening import MAX_BYTES
from cityalert.lib import outbound

ACCEPT = (
    "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9"
)


class NotFetched(Exception):
    """There is no document, for this reason. `is_final`: asking again will not help."""

    def __init__(self, note: Note, *, is_final: bool = False) -> None:
        self.note, self.is_final = note, is_final
        super().__init__(note.code)


@dataclass(frozen=True)
class Fetched:
    """An answer. `body` is None if what we have is still right."""

    body: bytes | None
    etag: str = ""
    modified: str = ""


def fetch(url: str, *, etag: str = "", modified: str = "") -> Fetched:
    """The document at an address, if it is another than the one with this ETag or date. Raises NotFetched."""
    headers = {"Accept": ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    try:
        answer = async_to_sync(_request)(_secure(url), headers)
    except outbound.NotAllowed as refused:
        raise NotFetched(Note("not_allowed", value=str(refused)), is_final=True) from refused
    except outbound.OutboundError as error:
        raise NotFetched(Note("unreachable", value=str(error)[:80])) from error
    if answer.status == 304:
        return Fetched(None, etag, modified)
    if answer.status != 200:
        raise NotFetched(Note("http_status", value=str(answer.status)))
    if len(answer.body) > MAX_BYTES:
        raise NotFetched(Note("too_long"))
    said = {name.casefold(): value for name, value in answer.headers.items()}
    return Fetched(answer.body, said.get("etag", "")[:200], said.get("last-modified", "")[:60])


def trusted() -> list[str]:
    """Origins that those who run the installation named: they need not be public, nor speak https."""
    named = [*settings.EXCHANGE_TRUSTED, settings.NAAD_ARCHIVE]
    return [str(URL(one).origin()) for one in named if one]


def _secure(url: str) -> str:
    """We go by https only; most servers whose feeds still say http answer there, too."""
    if not url.startswith("http://") or any(url.startswith(f"{origin}/") for origin in trusted()):
        return url
    return f"https://{url.removeprefix('http://')}"


async def _request(url: str, headers: Mapping[str, str]) -> outbound.Answer:
    return await outbound.request("GET", url, headers=headers, allow=trusted(), at_most=MAX_BYTES + 1)
