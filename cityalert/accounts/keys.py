"""Encrypting what `accounts` keeps in the database. The key is not there."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings

PURPOSE = b"cityalert accounts: secrets of second factors"


def seal(text: str) -> str:
    """Encrypt and sign."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again; raises InvalidToken when it was sealed with another key or tampered with."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> Fernet:
    # Each purpose has a key of its own, derived from the one the operator keeps.
    own = hmac.digest(base64.b64decode(settings.FIELD_KEY), PURPOSE, hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(own))
