"""What has ended and is only lying about: sessions, cards, counters, grants. What people did is never tidied away."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from cityalert.accounts import letters
from cityalert.accounts.models import CacheEntry
from cityalert.auditor import rounds
from cityalert.businesses.importing import actions as imports
from cityalert.businesses.merging import actions as merges
from cityalert.delivery import health
from cityalert.directory import budget
from cityalert.exchange.actions import forget as forget_externals
from cityalert.joining import actions as joining
from cityalert.live import feed
from cityalert.records import erasing
from cityalert.residents import actions as residents
from partners import grants

# Signing in writes the browser's row a moment before the session's.
A_MOMENT = timedelta(hours=1)


def tidy(*, at: datetime) -> None:
    """Delete what ended by `at`. Done twice, or never, it changes nothing that anybody sees."""
    forget_sessions(at=at)
    feed.forget(at=at)
    imports.forget(at=at)
    merges.forget(at=at)
    joining.forget(at=at)
    residents.forget(at=at)
    forget_externals(at=at)
    letters.forget(at=at)
    budget.forget(at=at)
    rounds.forget(at=at)
    health.forget(at=at)
    grants.forget(at=at)
    erasing.erase_due(at=at)
    CacheEntry.objects.filter(expires__lt=at).delete()


def forget_sessions(*, at: datetime) -> None:
    """Delete sessions that are over, and which browser and IP address they came from."""
    Session.objects.filter(expire_date__lt=at).delete()
    session = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(session), created_at__lt=at - A_MOMENT).delete()
