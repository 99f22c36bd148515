"""Requests to addresses that others gave us. They reach the public Internet and nothing else.

A host name is resolved once; if any of its addresses is not public nothing is sent, and the connection goes
to the addresses that were looked at: a name that says otherwise a moment later (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

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
    target, trusted = check(url, allow=allow)
    try:
        async with asyncio.timeout(min(within_s, TOTAL_SECONDS)):
            addresses = await _resolved(resolve, target)
            if not trusted and not all(map(is_public, addresses)):
                raise NotAllowed("That is not an address of the public Internet.")
            return await _send(method, target, body, headers or {}, addresses, at_most)
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


async def _resolved(resolve: Resolve, target: URL) -> list[str]:
    try:
        return await resolve(target.host or "", target.port or 0)
    except (OSError, UnicodeError) as error:
        raise NotConnected(f"{type(error).__name__}: {error}") from error


async def _send(
    method: str,
    target: URL,
    body: bytes,
    headers: Mapping[str, str],
    addresses: list[str],
    at_most: int,
) -> Answer:
    async with (
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Pinned(addresses), force_close=True, use_dns_cache=False
            ),
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            # A few compressed bytes could become gigabytes: what comes is taken as it is.
            auto_decompress=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "CityAlert"},
        ) as session,
        session.request(method, target, data=body or None, headers=headers, allow_redirects=False) as answer,
    ):
        return Answer(answer.status, dict(answer.headers), await _beginning(answer.content, at_most))


async def _beginning(content: aiohttp.StreamReader, at_most: int) -> bytes:
    body = bytearray()
    while len(body) < at_most and (chunk := await content.read(at_most - len(body))):
        body += chunk
    return bytes(body)


class _Pinned(AbstractResolver):
    """Answers with the addresses that were looked at, whatever the name says by now."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""
