"""Static files over ASGI: whole, in parts, unchanged; without a warning for each."""

import warnings

import pytest
from django.test import AsyncClient

BODY = b"export const answer = 42;\n" * 100


@pytest.fixture
def script(settings, tmp_path):
    """The address of a script."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "one.js").write_bytes(BODY)
    return "/static/one.js"


async def ask(method, url, **headers):
    with warnings.catch_warnings(action="error"):
        response = await getattr(AsyncClient(), method)(url, headers=headers)
        return response, b"".join(response) if not response.streaming else None


async def test_a_file_arrives_whole(script):
    response, body = await ask("get", script)

    assert response.status_code == 200
    assert body == BODY
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Content-Length"] == str(len(BODY))
    assert "max-age" in response["Cache-Control"]
    assert "Content-Security-Policy" in response


async def test_its_head_says_how_long_it_is(script):
    response, body = await ask("head", script)

    assert (response.status_code, body) == (200, b"")
    assert response["Content-Length"] == str(len(BODY))


async def test_a_part_of_it_can_be_had(script):
    response, body = await ask("get", script, range="bytes=7-11")

    assert (response.status_code, body) == (206, BODY[7:12])
    assert response["Content-Range"] == f"bytes 7-11/{len(BODY)}"


async def test_whoever_has_it_is_told_that_nothing_changed(script):
    first, _body = await ask("get", script)
    response, body = await ask("get", script, if_none_match=first["ETag"])

    assert (response.status_code, body) == (304, b"")
    assert "Content-Type" not in response


async def test_nothing_else_can_be_done_with_it(script):
    response, _body = await ask("post", script)

    assert response.status_code == 405
