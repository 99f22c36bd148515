"""The browser's side of Web Push, written from the standards: its keys, decrypting, and who the sender is.

Nothing of it is shared with the sending side, so that a mistake there is one here.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Self

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cityalert.lib.clock import now

CURVE = ec.SECP256R1()
# The order of the curve, less one.
_NUMBERS = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550
_VAPID = re.compile(r"vapid t=([\w.-]+), ?k=([\w-]+)")
_DAY_S = 24 * 3600


class Unreadable(ValueError):
    """It is not encrypted for this browser."""


class NotBelieved(Exception):
    """Nobody says who sends it, or says it wrongly."""


@dataclass(frozen=True)
class Keys:
    """A browser's key pair and its secret."""

    private: ec.EllipticCurvePrivateKey
    secret: bytes

    @classmethod
    def of(cls, name: str) -> Self:
        """The same each time for a name: nothing here is secret."""
        seed = hashlib.sha512(f"sandbox browser {name}".encode()).digest()
        number = int.from_bytes(seed[:32], "big") % _NUMBERS + 1
        return cls(ec.derive_private_key(number, CURVE), seed[32:48])

    @property
    def public(self) -> bytes:
        """The point, uncompressed."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def p256dh(self) -> str:
        """The point as browsers say it."""
        return _written(self.public)

    @property
    def auth(self) -> str:
        """The secret as browsers say it."""
        return _written(self.secret)


def decrypted(body: bytes, keys: Keys) -> bytes:
    """One record of aes128gcm (RFC 8188) for these keys (RFC 8291). Raises Unreadable."""
    salt, size, sender = body[:16], body[20:21], body[21:86]
    if size != b"\x41":
        raise Unreadable("no key of the sender in it")
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
    except ValueError as error:
        raise Unreadable("no point on the curve") from error
    shared = keys.private.exchange(ec.ECDH(), point)
    material = _derived(keys.secret, shared, b"WebPush: info\0" + keys.public + sender, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
    try:
        padded = AESGCM(key).decrypt(nonce, body[86:], None)
    except InvalidTag as error:
        raise Unreadable("not encrypted for this browser") from error
    plain = padded.rstrip(b"\0")
    if not plain.endswith(b"\x02"):
        raise Unreadable("no end of the record")
    return plain[:-1]


def check_sender(authorization: str, audience: str) -> None:
    """Who sends has signed a token for this service (RFC 8292). Raises NotBelieved."""
    found = _VAPID.fullmatch(authorization)
    if not found:
        raise NotBelieved("no VAPID token")
    token, key = found.groups()
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _read(key))
        claims = jwt.decode(
            token, point, ["ES256"], audience=audience, options={"require": ["aud", "exp", "sub"]}
        )
    except (ValueError, jwt.InvalidTokenError) as error:
        raise NotBelieved(f"the token does not hold: {error}") from error
    if claims["exp"] - now().timestamp() > _DAY_S:
        raise NotBelieved("the token holds for more than a day")
    if not claims["sub"].startswith(("mailto:", "https:")):
        raise NotBelieved("the token names nobody to be reached")


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
