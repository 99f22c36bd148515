"""Numbers and addresses as the database holds them: sealed, and still found by equality. The key is not there.

AES-SIV (RFC 5297) makes the same text of the same address every time, so that equality, unique constraints and joins
hold of what is sealed as they do of the plain; other questions (contains, begins with, in order) cannot be asked. What
a thief of the database learns all the same: docs/decisions/sealed-addresses.md.
"""

import base64
import hmac
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db import connection, models, transaction

PURPOSE = b"cityalert: numbers and addresses"
# No number, no address of mail and nothing that begins with a scheme or a brace begins with it.
MARK = ":"
BATCH = 5_000


def seal(text: str, *, key: str = "") -> str:
    """Encrypted and signed, the same for the same text; by the settings' key, or another. Nothing stays nothing."""
    if not text:
        return text
    sealed = _box(key or settings.ADDRESS_KEY).encrypt(text.encode(), None)
    return MARK + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(sealed: str, *, key: str = "") -> str:
    """The text again; what was never sealed as it is. Raises InvalidTag for another key, or what was tampered with."""
    if not sealed.startswith(MARK):
        return sealed
    whole = base64.urlsafe_b64decode(sealed[1:] + "==")
    return _box(key or settings.ADDRESS_KEY).decrypt(whole, None).decode()


@cache
def _box(key: str) -> AESSIV:
    # A key of its own for this purpose, 512 bits of it: half signs, half encrypts.
    return AESSIV(hmac.digest(base64.b64decode(key), PURPOSE, "sha512"))


def mark(*what: str) -> str:
    """A keyed hash of something: says whether another is the same, and nothing else. 43 letters.

    Its key comes from FIELD_KEY: what must be recognised when it is gone outlives another ADDRESS_KEY.
    """
    digest = hmac.digest(_field_key(settings.FIELD_KEY), "\n".join(what).encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@cache
def _field_key(key: str) -> bytes:
    return hmac.digest(base64.b64decode(key), PURPOSE, "sha256")


class SealedField(models.TextField):  # type: ignore[type-arg]
    """Text that PostgreSQL holds sealed. It can be compared with `=` and `IN`, in SQL too, and in no other way."""

    description = "Text that the database holds sealed"

    def get_prep_value(self, value: Any) -> Any:
        """Sealed, on its way to PostgreSQL."""
        return value if value is None else seal(str(value))

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """Opened, on its way back."""
        return value if value is None else unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only what can be asked of something sealed."""
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "in", "isnull"} else None


def rewrite(table: str, column: str, into: Callable[[str], str], *, where: str) -> int:
    """Change each value that `into` makes another of, set-wise in batches; returns how many.

    Each batch is a transaction of its own, unless there is one already: stopped, it can be run again.
    """
    last: Any = None
    changed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'SELECT id, "{column}" FROM "{table}" WHERE ({where}) AND {"true" if last is None else "id > %s"}'
                " ORDER BY id LIMIT %s FOR UPDATE",
                [BATCH] if last is None else [last, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return changed
            last = rows[-1][0]
            new = {pk: text for pk, old in rows if (text := into(old)) != old}
            if not new:
                continue
            cursor.execute(
                f'UPDATE "{table}" t SET "{column}" = new.value'
                " FROM unnest(%s, %s::text[]) AS new(id, value) WHERE t.id = new.id",
                [list(new), list(new.values())],
            )
            changed += len(new)
