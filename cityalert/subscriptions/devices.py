"""Browsers that asked for push messages: the one address each has, and the push services one may speak to. Pure."""

import base64
import binascii
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

# The services of Chrome and Edge on Android and elsewhere, Firefox, Edge on Windows, Safari. A name that begins with a
# dot stands for whatever ends in it.
SERVICES = ("fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", "web.push.apple.com")
# What is sealed is a third longer, and an index takes 2,700 bytes.
LONGEST = 1500
AUTH_BYTES = 16


class NotADevice(ValueError):
    """No browser's subscription, or one of a service that we do not speak to."""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser's push subscription (RFC 8030, RFC 8291): where to send, and the keys to encrypt with."""

    endpoint: str
    p256dh: str
    auth: str

    @classmethod
    def read(cls, address: str) -> Self:
        """From the text that is stored: "endpoint p256dh auth". Raises NotADevice."""
        parts = address.split(" ")
        if len(parts) != 3 or len(address) > LONGEST or not address.isascii() or not address.isprintable():
            raise NotADevice("That is no push subscription.")
        device = cls(*parts)
        if not is_service(device.endpoint):
            raise NotADevice("That is no push service that we know.")
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device.public_key)
            if len(device.secret) != AUTH_BYTES:
                raise ValueError
        except (ValueError, binascii.Error) as error:
            raise NotADevice("Those are no keys of a push subscription.") from error
        return device

    @property
    def address(self) -> str:
        """The text that is stored."""
        return f"{self.endpoint} {self.p256dh} {self.auth}"

    @property
    def origin(self) -> str:
        """The push service's."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def public_key(self) -> bytes:
        """The browser's point on the curve P-256."""
        return unpadded(self.p256dh)

    @property
    def secret(self) -> bytes:
        """What only the browser and we know."""
        return unpadded(self.auth)


def is_service(endpoint: str) -> bool:
    """Is that an address of a push service, and of nothing else? In a demonstration, also of the sandbox's."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if f"{parts.scheme}://{parts.netloc}" in trusted():
        return True
    is_known = any(host == name or (name[0] == "." and host.endswith(name)) for name in SERVICES)
    return parts.scheme == "https" and port is None and "@" not in parts.netloc and is_known


def trusted() -> frozenset[str]:
    """Origins that need not be public: the sandbox's, where there is one."""
    return frozenset({settings.SANDBOX_URL} - {""})


def unpadded(text: str) -> bytes:
    """Bytes from base64url without its padding. Raises binascii.Error or ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
