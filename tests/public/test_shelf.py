"""A rush of readers: each page is made once, the same for all, and never older than it may be."""

import asyncio
import gzip

import pytest

from cityalert.public import shelf
from cityalert.public.shelf import Shelf


class Site:
    """What stands behind the shelf: counts how often it is asked, and by how many at once."""

    def __init__(self):
        self.asked, self.at_once, self.most, self.status = [], 0, 0, 200
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope, _receive, send):
        self.asked.append(scope)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.gate.wait()
        self.at_once -= 1
        headers = [
            (b"Content-Type", b"text/html"),
            (b"ETag", b'"1"'),
            (b"Set-Cookie", b"a=b"),
            (b"Vary", b"Cookie"),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": f"page {len(self.asked)}".encode()})


async def read(app, path="/public/en/", method="GET", query=b"", **headers):
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": named,
        "scheme": "http",
    }
    await app(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def run(story):
    return asyncio.run(story())


def test_ten_thousand_readers_cost_one_page():
    async def story():
        site = Site()
        app = Shelf(site)
        answers = await asyncio.gather(*(read(app, query=b"x=%d" % n) for n in range(10_000)))
        assert {body for _status, _headers, body in answers} == {b"page 1"}
        assert len(site.asked) == 1

    run(story)


def test_a_page_is_made_anew_when_it_is_old(monkeypatch):
    async def story():
        app = Shelf(Site())
        assert (await read(app))[2] == b"page 1"
        monkeypatch.setattr(shelf, "FRESH_S", 0.0)
        assert (await read(app))[2] == b"page 2"

    run(story)


def test_nothing_of_one_reader_comes_to_another():
    async def story():
        site = Site()
        app = Shelf(site)
        status, headers, _body = await read(app, cookie="sessionid=avery", accept_language="fr", host="a")
        assert status == 200
        assert b"set-cookie" not in headers
        assert headers[b"vary"] == b"Accept-Encoding"
        assert dict(site.asked[0]["headers"]) == {b"host": b"a"}
        await read(app, host="b")
        assert len(site.asked) == 2

    run(story)


def test_a_reader_who_has_it_and_one_who_reads_it_packed():
    async def story():
        app = Shelf(Site())
        assert (await read(app, if_none_match='W/"1"'))[::2] == (304, b"")
        _status, headers, body = await read(app, accept_encoding="gzip, br")
        assert headers[b"content-encoding"] == b"gzip"
        assert gzip.decompress(body) == b"page 1"
        assert (await read(app, method="HEAD"))[::2] == (200, b"")

    run(story)


def test_whatever_comes_two_are_made_at_a_time_and_the_others_hear_to_wait():
    async def story():
        site = Site()
        site.gate.clear()
        app = Shelf(site)
        readers = [
            asyncio.create_task(read(app, f"/public/en/{n}")) for n in range(shelf.WAITING_AT_MOST + 5)
        ]
        await asyncio.sleep(0.05)
        busy = [one.result() for one in readers if one.done()]
        assert [status for status, *_rest in busy] == [503] * 5
        assert all(headers[b"retry-after"] for _status, headers, _body in busy)
        site.gate.set()
        await asyncio.gather(*readers)
        assert site.most == shelf.AT_A_TIME

    run(story)


@pytest.mark.parametrize("status", [500, 503])
def test_a_fault_is_not_kept(status):
    async def story():
        site = Site()
        site.status = status
        app = Shelf(site)
        assert (await read(app))[0] == status
        site.status = 200
        assert (await read(app))[::2] == (200, b"page 2")

    run(story)


def test_all_else_goes_through_as_it_came():
    async def story():
        site = Site()
        app = Shelf(site)
        await read(app, "/alerts/", cookie="sessionid=avery")
        await read(app, "/alerts/", cookie="sessionid=avery")
        await read(app, "/public/en/", method="POST")
        await read(app, "/public/")
        assert len(site.asked) == 4
        assert (b"cookie", b"sessionid=avery") in site.asked[0]["headers"]

    run(story)
