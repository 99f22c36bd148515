"""How a web hook's receiver knows that we sent it: Standard Webhooks' symmetric signatures. Pure."""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
BYTES = 32


def fresh_secret() -> str:
    """As the receiver's library takes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(message_id: str, body: bytes, keys: Sequence[str], *, at: datetime) -> dict[str, str]:
    """The id is the same for every try; with two keys, either of them proves it (while one takes the other's place)."""
    stamp = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(f"v1,{signature(message_id, stamp, body, key)}" for key in keys),
    }


def signature(message_id: str, stamp: int, body: bytes, key: str) -> str:
    """HMAC-SHA256 over "id.timestamp.body", in base64."""
    signed = b".".join((message_id.encode(), str(stamp).encode(), body))
    return base64.b64encode(
        hmac.digest(base64.b64decode(key.removeprefix(PREFIX)), signed, "sha256")
    ).decode()
