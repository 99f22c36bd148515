"""Ending sessions of somebody else's: whoever has left is signed out everywhere, in the database too."""

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb


@transaction.atomic
def end(sessions: Iterable[UserSession], *, why: str, at: datetime) -> int:
    """End these; one entry in the log for each person. Returns how many ended."""
    by_person: dict[int, list[UserSession]] = {}
    for session in sessions:
        session.end()
        by_person.setdefault(session.user_id, []).append(session)
    for theirs in by_person.values():
        record(Verb.SESSION_ENDED, None, theirs[0].user, at=at, sessions=len(theirs), why=why)
    return sum(map(len, by_person.values()))
