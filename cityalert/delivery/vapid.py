"""Who we are to push services (VAPID, RFC 8292): one key pair, and a token signed with it for each service."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from cityalert.subscriptions.devices import unpadded

# A service refuses a token that holds for more than a day.
HOLDS = timedelta(hours=12)
RENEWED = timedelta(hours=1)


def is_on() -> bool:
    """Is there a key? Without one nobody can be told by push."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """What a browser subscribes with: base64url, unpadded. Another key makes every subscription worthless."""
    return _public(settings.VAPID_PRIVATE_KEY)


def authorization(origin: str, at: datetime) -> str:
    """The header with which a service knows us."""
    hour = datetime.fromtimestamp(at.timestamp() // RENEWED.total_seconds() * RENEWED.total_seconds(), UTC)
    key = settings.VAPID_PRIVATE_KEY
    return f"vapid t={_token(key, settings.VAPID_SUBJECT, origin, hour)}, k={_public(key)}"


def fresh_key() -> str:
    """A private key as the settings take it."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64(number.to_bytes(32, "big"))


@cache
def _private(key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpadded(key), "big"), ec.SECP256R1())


@cache
def _public(key: str) -> str:
    point = _private(key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _base64(point)


_tokens: dict[tuple[str, str, str], tuple[datetime, str]] = {}


def _token(key: str, subject: str, origin: str, hour: datetime) -> str:
    """Signed once an hour for each service: it costs as much as encrypting a message."""
    there = _tokens.get((key, subject, origin))
    if there is None or there[0] != hour:
        claims = {"aud": origin, "exp": int((hour + HOLDS).timestamp()), "sub": subject}
        there = hour, jwt.encode(claims, _private(key), algorithm="ES256")
        _tokens[key, subject, origin] = there
    return there[1]


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
