"""A running sandbox, Twilio's own client talking to it, and a listener in CityAlert's place."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import jsonschema
import pytest
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from cityalert.sandbox.options import Options
from cityalert.sandbox.server import running
from cityalert.sandbox.world import Sandbox

ACCOUNT, TOKEN = "AC" + "0" * 32, "a token for tests"
SENDER, SERVICE = "+16475550100", "MG" + "1" * 32
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "twilio"


class Heard(NamedTuple):
    """A request that came to CityAlert's place."""

    url: str
    fields: dict[str, str]
    signature: str


class Listener:
    """Stands where CityAlert would: keeps what it hears, answers as told."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[int] = []  # statuses for the next requests; then 204
        self.body = b""
        self._changed = threading.Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                listener._hear(self.path, raw, self.headers["X-Twilio-Signature"])
                status = listener.answers.pop(0) if listener.answers else 200
                self.send_response(status)
                self.send_header("Content-Length", str(len(listener.body)))
                self.end_headers()
                self.wfile.write(listener.body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _hear(self, path: str, raw: bytes, signature: str) -> None:
        with self._changed:
            fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
            self.heard.append(Heard(self.url + path, fields, signature))
            self._changed.notify_all()

    def wait_for(self, count: int, within: float = 5.0) -> list[Heard]:
        """The first `count` requests."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.heard) >= count, within), self.heard
            return self.heard[:count]


class ToSandbox(TwilioHttpClient):
    """Twilio's client, sent to the sandbox instead of api.twilio.com."""

    def __init__(self, base: str, **options: Any) -> None:
        super().__init__(**options)
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, redirected(url, self.base), *args, **kwargs)


class ToSandboxAsync(AsyncTwilioHttpClient):
    """The same for the asynchronous client."""

    def __init__(self, base: str, **options: Any) -> None:
        super().__init__(**options)
        self.base = base

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return await super().request(method, redirected(url, self.base), *args, **kwargs)


def redirected(url: str, base: str) -> str:
    """`url` at the host of `base`."""
    to = urlsplit(base)
    return urlunsplit(urlsplit(url)._replace(scheme=to.scheme, netloc=to.netloc))


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with running(
        options=Options(ACCOUNT, TOKEN, "http://127.0.0.1:9/inbound/", SENDER, keep_texts=500)
    ) as sandbox:
        yield sandbox


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def sandbox(running_sandbox: Sandbox, listener: Listener) -> Iterator[Sandbox]:
    running_sandbox.line.url = f"{listener.url}/provider/twilio/inbound/"
    yield running_sandbox
    running_sandbox.webhooks.settle()
    running_sandbox.clear()


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=ToSandbox(sandbox.url, timeout=1.0))


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """Twilio's own description of its API."""
    path = SHARED / "twilio_api_v2010.json"
    if not path.exists():
        pytest.skip("Twilio's OpenAPI description is not at ../shared/data/twilio")
    description: dict[str, Any] = json.loads(path.read_text())
    return description


@pytest.fixture
def conforms(openapi: dict[str, Any]) -> Any:
    """Asserts that a body is what Twilio's description promises under a path, a method and a status."""
    base = "/2010-04-01/Accounts/{AccountSid}/Messages"

    def check(body: Any, path: str, method: str, status: int) -> None:
        operation = openapi["paths"][base + path][method]
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        document = nullable({"components": openapi["components"], **schema})
        jsonschema.Draft202012Validator(document).validate(body)

    return check


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable`, which the description uses, in the words of JSON Schema."""
    if isinstance(schema, list):
        return [nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    converted = {key: nullable(value) for key, value in schema.items()}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        converted["type"] = [schema["type"], "null"]
    return converted
