"""An SMS gateway of another make: plain JSON over HTTP, signed call-backs. It delivers to the same phones as Twilio."""

import asyncio
import hmac
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cityalert.delivery.gateway import sign
from cityalert.lib.clock import now
from cityalert.sandbox.accepting import E164
from cityalert.sandbox.http import Receive, Response, Scope, Send, form, header, read_body
from cityalert.sandbox.messages import Message
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.webhooks import Webhook, Webhooks

PREFIX = "/gateway/"
SENDER = "+14165550190"
KEEP = 5_000


@dataclass(frozen=True)
class JsonHook(Webhook):
    """A call-back in JSON, signed with the gateway's own secret."""

    @property
    def body(self) -> str:
        """The object, as it travels."""
        return json.dumps(self.fields)

    @property
    def headers(self) -> dict[str, str]:
        """As its documents say."""
        stamp = int(now().timestamp())
        return {
            "Content-Type": "application/json",
            "X-Gateway-Signature": sign(self.body.encode(), stamp, self.signature),
        }


@dataclass(slots=True, eq=False)
class Taken:
    """One text that the gateway took."""

    message: Message
    reference: str
    callback: str


@dataclass
class Gateway:
    """What it took, whom it delivers to, and whether it is down (`is_down`: every request is answered with 503)."""

    token: str
    secret: str
    phones: Phones
    webhooks: Webhooks
    is_down: bool = False
    taken: deque[Taken] = field(default_factory=lambda: deque(maxlen=KEEP))
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def clear(self) -> None:
        """As new."""
        self.taken.clear()
        self.is_down = False

    def take(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Accept a text and deliver it; the status and the body of the answer."""
        to, text = str(asked.get("to", "")), str(asked.get("text", ""))
        if not E164.fullmatch(to) or not to.startswith("+1"):
            return 422, {"error": "no_such_number"}
        if not text or len(text) > 1600:
            return 422, {"error": "bad_text"}
        message = Message("gateway", to, SENDER, text, "outbound-api", "queued")
        one = Taken(message, str(asked.get("reference", "")), str(asked.get("callback_url", "")))
        self.taken.append(one)
        for status in ("sending", "sent", "delivered"):
            message.become(status)
        self.phones[to].receive(message)
        if one.callback:
            self._tell(one)
        return 202, {"id": message.sid}

    def _tell(self, one: Taken) -> None:
        fields = {"id": one.message.sid, "reference": one.reference, "status": "delivered"}
        self.webhooks.begin()
        task = asyncio.get_running_loop().create_task(
            self.webhooks.post(JsonHook(one.callback, fields, self.secret))
        )
        self._tasks.add(task)
        task.add_done_callback(self._told)

    def _told(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self.webhooks.end()


async def answer(gateway: Gateway, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request of its API."""
    status, body = await _answer(gateway, scope, receive)
    await Response(json.dumps(body).encode(), status, content_type=b"application/json").send(send)


async def _answer(gateway: Gateway, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
    if gateway.is_down:
        return 503, {"error": "down"}
    expected = f"Bearer {gateway.token}".encode()
    if not hmac.compare_digest(header(scope["headers"], b"authorization"), expected):
        return 401, {"error": "who_are_you"}
    if scope["method"] == "GET":
        wanted = form(scope["query_string"]).get("reference", "")
        return 200, {"messages": [{"id": t.message.sid} for t in gateway.taken if t.reference == wanted]}
    try:
        asked = json.loads(await read_body(receive))
    except ValueError:
        return 400, {"error": "no_json"}
    return gateway.take(asked) if isinstance(asked, dict) else (400, {"error": "no_object"})
