"""Requests to addresses that partners typed reach the public Internet and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityalert.lib import outbound

SECRETS = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep credentials
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


@pytest.mark.parametrize("address", SECRETS)
def test_an_address_that_is_not_the_internets_is_recognised(address):
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "142.1.1.1", "2607:f8b0:400b:80f::200e", "2a00:1450:4001::1"])
def test_a_public_address_is_recognised(address):
    assert outbound.is_public(address)


@given(st.ip_addresses(v=4))
def test_no_dress_makes_a_v4_address_public_v6(address):
    for dress in (f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
        assert not outbound.is_public(dress)


def resolver(*addresses: str) -> outbound.Resolve:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize("address", SECRETS)
async def test_a_name_that_leads_inside_is_not_followed(address):
    with pytest.raises(outbound.NotAllowed):
        await outbound.request("POST", "https://hooks.example/", resolve=resolver("8.8.8.8", address))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://hooks.example:22/",
        "https://hooks.example:6379/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "https://user:word@hooks.example/",
        "https:///nowhere",
        "https://hooks.example:99999/",
        "hooks.example",
        "",
        "https://[::1",
    ],
)
async def test_only_https_to_the_usual_ports(url):
    with pytest.raises(outbound.NotAllowed):
        await outbound.request("GET", url, resolve=resolver("8.8.8.8"))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "127.1", "2130706433", "0x7f000001", "localhost"])
async def test_every_spelling_of_this_machine_is_refused_by_the_systems_own_resolver(host):
    with pytest.raises((outbound.NotAllowed, outbound.Unreachable)) as refused:
        await outbound.request("GET", f"https://{host}/")

    assert refused.type is outbound.NotAllowed


async def test_a_name_that_nobody_knows_may_be_tried_later():
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(outbound.Unreachable):
        await outbound.request("GET", "https://hooks.example/", resolve=unknown)


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], "asyncio.Future[None]"]


@asynccontextmanager
async def server(reply: bytes, *, stay: bool = False) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that notes the head of each request, gives one reply, and closes unless told to stay."""
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply)
        await writer.drain()
        if stay:
            await reader.read()
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1], heads
        listening.close()


OK = b"HTTP/1.1 200 OK\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nhi"


async def test_the_request_goes_to_the_address_that_was_looked_at_under_the_name_that_was_asked():
    async with server(OK) as (port, heads):
        origin = f"http://sandbox.example:{port}"
        answer = await outbound.request(
            "POST", f"{origin}/in", body=b"{}", allow={origin}, resolve=resolver("127.0.0.1")
        )

    assert (answer.status, answer.headers["X-Id"], answer.body) == (200, "7", b"hi")
    assert heads[0].startswith(b"POST /in HTTP/1.1\r\n")
    assert f"Host: sandbox.example:{port}".encode() in heads[0]


async def test_allowing_one_origin_allows_no_other_port_of_it():
    async with server(OK) as (port, heads):
        with pytest.raises(outbound.NotAllowed):
            await outbound.request(
                "GET",
                f"http://127.0.0.1:{port}/",
                allow={"http://127.0.0.1:1"},
                resolve=resolver("127.0.0.1"),
            )
    assert heads == []


async def test_a_redirect_is_an_answer_and_is_not_followed():
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    async with server(moved) as (port, heads):
        answer = await outbound.request(
            "GET", f"http://127.0.0.1:{port}/", allow={f"http://127.0.0.1:{port}"}
        )
    assert answer.status == 302
    assert len(heads) == 1


async def test_a_long_answer_is_cut():
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1_000_000
    async with server(endless) as (port, _heads):
        answer = await outbound.request(
            "GET", f"http://127.0.0.1:{port}/", allow={f"http://127.0.0.1:{port}"}
        )
    assert answer.body == b"a" * outbound.MAX_BODY


async def test_a_bomb_stays_packed():
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"
    async with server(packed) as (port, _heads):
        answer = await outbound.request(
            "GET", f"http://127.0.0.1:{port}/", allow={f"http://127.0.0.1:{port}"}
        )
    assert answer.body == b"\x1f\x8b\x08\x00"


async def test_an_answer_that_does_not_end_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.2)
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwait", stay=True) as (port, _heads):
        with pytest.raises(outbound.Unreachable):
            await outbound.request("GET", f"http://127.0.0.1:{port}/", allow={f"http://127.0.0.1:{port}"})


async def test_what_is_not_http_is_no_answer():
    async with server(b"220 mail.example ESMTP\r\n") as (port, _heads):
        with pytest.raises(outbound.Unreachable):
            await outbound.request("GET", f"http://127.0.0.1:{port}/", allow={f"http://127.0.0.1:{port}"})


async def test_a_line_keeps_its_connection_and_looks_again_before_it_makes_another():
    accepted, answers = 0, ["127.0.0.1", "10.0.0.1"]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        while await reader.readline():  # an empty line ends the head of each request
            if await reader.readuntil(b"\r\n\r\n"):
                writer.write(OK)
        writer.close()

    async def rebound(host: str, port: int) -> list[str]:
        return [answers.pop(0)]

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    origin = f"http://sandbox.example:{port}"
    async with listening, outbound.line(allow={origin}, resolve=rebound, kept_s=5) as line:
        for _time in range(3):
            assert (await line.request("GET", f"{origin}/")).status == 200
        assert (accepted, answers) == (1, ["10.0.0.1"])
        with pytest.raises(outbound.NotAllowed):
            await line.request("GET", "https://hooks.example/")
        with pytest.raises(outbound.NotAllowed):
            await line.request("GET", "https://10.0.0.1/")
