"""Sessions: whoever has left is signed out everywhere, in the database too; and a new one in place of an old."""

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb


def renew(request: HttpRequest) -> None:
    """Another session in place of this one, with what it held. What the browser has open ends with the old one:
    sockets are closed within seconds, and forms are refused."""
    was = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=was).update(session_key=request.session.session_key)
    rotate_token(request)


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
