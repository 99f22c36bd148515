"""Whether somebody has a second factor, and when a session last saw it. Who needs one is in `web`."""

from collections.abc import Iterable, MutableMapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator

from cityalert.accounts.models import User

# Recovery codes stand in for these; alone they are none.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has(user: User) -> bool:
    """Has this person set one up?"""
    return bool(Authenticator.objects.filter(user=user, type__in=KINDS).exists())


def among(user_ids: Iterable[int]) -> set[int]:
    """Those of these people who have one."""
    theirs = Authenticator.objects.filter(user__in=list(user_ids), type__in=KINDS)
    return set(theirs.values_list("user_id", flat=True))


def used_at(session: MutableMapping[str, Any]) -> datetime | None:
    """When this session last proved a second factor; None: never. Asks nothing but the session.

    allauth keeps the record, and drops it when another person signs in.
    """
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    moments = [record["at"] for record in records if record["method"] == "mfa"]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def forget(session: MutableMapping[str, Any]) -> None:
    """Act as if this session had never seen a second factor."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [r for r in records if r["method"] != "mfa"]
