"""Requests to addresses that others gave us. They reach the public Internet and nothing else.

A host name is resolved for each connection; if any of its addresses is not public nothing is sent, and the connection
goes to the addresses that were looked at: a name that says otherwise a moment later (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 15.0
MAX_BODY = 64 * 1024
PORTS = frozenset({443, 8443})

# (host, port) -> the addresses of the host, as text
Resolve = Callable[[str, int], Awaitable[list[str]]]


class OutboundError(Exception):
    """The request got no answer."""


class NotAllowed(OutboundError):
    """We do not send there: trying again will not help."""


class Unreachable(OutboundError):
    """Nothing answered in time, or it could not be trusted or understood: trying later may help."""


class NotConnected(Unreachable):
    """No connection came about: nothing was sent."""


@dataclass(frozen=True)
class Answer:
    """What the other side said. `body` is cut where the asker said; a redirect is an answer, and is not followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_public(address: str) -> bool:
    """Is this an address of the public Internet, and not a way round to another?

    Addresses that carry another inside (IPv4-mapped, NAT64 64:ff9b::/96, 6to4, Teredo) are not.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    # RFC 4291 gives global unicast 2000::/3, of which two parts are tunnels.
    return ip in ipaddress.ip_network("2000::/3") and ip.sixtofour is None and ip.teredo is None


async def look_up(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_rest, address in found]


async def request(  # noqa: PLR0913 - all but two are named, and seldom given
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    allow: Collection[str] = (),
    resolve: Resolve = look_up,
    at_most: int = MAX_BODY,
    within_s: float = TOTAL_SECONDS,
) -> Answer:
    """Send one request: https on port 443 or 8443, within 3 s to connect and 15 s in all, or `within_s`.

    No more than `at_most` bytes of the answer are read.

    `allow` names origins ("http://127.0.0.1:8010") for which the rules of scheme, port and address do not
    hold: the sandbox's, never one that a partner typed. Raises NotAllowed, NotConnected, Unreachable.
    """
    async with line(allow=allow, resolve=resolve) as once:
        return await once.request(method, url, body=body, headers=headers, at_most=at_most, within_s=within_s)


@asynccontextmanager
async def line(
    *, allow: Collection[str] = (), resolve: Resolve = look_up, kept_s: float = 0, at_once: int = 20
) -> "AsyncIterator[Line]":
    """For many requests: a connection is kept for `kept_s` seconds after the last, for the same host.

    Where a name leads is looked at whenever a connection is made, and it is made to what was looked at: one that is
    kept leads where it led.
    """
    kept: dict[str, Any] = {"keepalive_timeout": kept_s} if kept_s else {"force_close": True}
    resolver = _Checked(resolve, allow)
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=at_once, **kept)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        # A few compressed bytes could become gigabytes: what comes is taken as it is.
        auto_decompress=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "CityAlert"},
    ) as session:
        yield Line(session, allow)


class Line:
    """What `line` gives."""

    def __init__(self, session: aiohttp.ClientSession, allow: Collection[str]) -> None:
        self._session, self._allow = session, allow

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        at_most: int = MAX_BODY,
        within_s: float = TOTAL_SECONDS,
    ) -> Answer:
        """As the function of this name."""
        target, _trusted = check(url, allow=self._allow)
        try:
            async with (
                asyncio.timeout(min(within_s, TOTAL_SECONDS)),
                self._session.request(
                    method, target, data=body or None, headers=headers or {}, allow_redirects=False
                ) as answer,
            ):
                return Answer(answer.status, dict(answer.headers), await _beginning(answer.content, at_most))
        except aiohttp.InvalidURL as error:  # 127.1 and the like
            raise NotAllowed("That is not a web address.") from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(f"{type(error).__name__}: {error}") from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error


def check(url: str, *, allow: Collection[str] = ()) -> tuple[URL, bool]:
    """The address, and whether it is one of those allowed; what can be seen without asking. Raises NotAllowed."""
    target = _parse(url)
    trusted = str(target.origin()) in allow
    if not trusted and (target.scheme != "https" or target.port not in PORTS):
        raise NotAllowed("Only https on port 443 or 8443.")
    try:
        is_inside = not trusted and not is_public(target.host or "")
    except ValueError:
        is_inside = False  # a name: it is looked up at each connection
    if is_inside:
        raise NotAllowed("That is not an address of the public Internet.")
    return target, trusted


def _parse(url: str) -> URL:
    try:
        target = URL(url)
        target.origin()
    except ValueError as error:
        raise NotAllowed("That is not a web address.") from error
    if target.user is not None or target.password is not None:
        raise NotAllowed("A web address with a password in it.")
    return target


async def _beginning(content: aiohttp.StreamReader, at_most: int) -> bytes:
    body = bytearray()
    while len(body) < at_most and (chunk := await content.read(at_most - len(body))):
        body += chunk
    return bytes(body)


class _Checked(AbstractResolver):
    """Looks at where a name leads before a connection is made, and lets it be made to nothing else."""

    def __init__(self, resolve: Resolve, allow: Collection[str]) -> None:
        self._resolve, self._allow = resolve, {(URL(one).host, URL(one).port) for one in allow}

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        try:
            addresses = await self._resolve(host, port)
        except UnicodeError as error:
            raise OSError(str(error)) from error
        if (host, port) not in self._allow and not all(map(is_public, addresses)):
            raise NotAllowed("That is not an address of the public Internet.")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""
