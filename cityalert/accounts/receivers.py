"""What follows from signing in and out: entries in the audit log, and what a session may claim."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from cityalert.accounts import second_factor
from cityalert.accounts.models import User
from cityalert.accounts.person import Person
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import clock


def _note(verb: Verb, user: User, **facts: Any) -> None:
    with transaction.atomic():
        record(verb, Person(user), user, at=clock.now(), **facts)


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """How is part of the entry: "password", "mfa"."""
    _note(Verb.SIGNED_IN, user, by=[entry["method"] for entry in get_authentication_records(request, user)])


@receiver(user_logged_out)
def signed_out(user: User | None, **_: Any) -> None:
    """Django says so also when nobody was signed in."""
    if user is not None:
        _note(Verb.SIGNED_OUT, user)


@receiver([password_changed, password_reset])
def password_set(user: User, **_: Any) -> None:
    """By the person, or by the link in a mail."""
    _note(Verb.PASSWORD_CHANGED, user)


@receiver(mfa.authentication_failed)
def second_factor_failed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """The password was right: somebody may have it."""
    _note(Verb.SECOND_FACTOR_FAILED, user, kind=authenticator.type)


@receiver(mfa.authenticator_added)
def second_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting one up proves it: the session need not ask for it again at once."""
    if authenticator.type in second_factor.KINDS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )
    _note(Verb.SECOND_FACTOR_ADDED, user, kind=authenticator.type)


@receiver(mfa.authenticator_removed)
def second_factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Codes and keys alike."""
    _note(Verb.SECOND_FACTOR_REMOVED, user, kind=authenticator.type)


@receiver(post_delete, sender=Authenticator)
def no_second_factor_left(instance: Authenticator, origin: Any, **_: Any) -> None:
    """Sessions that showed a factor which is gone do not go on as if it were there."""
    if isinstance(origin, User) or second_factor.has(instance.user):
        return
    request = context.request
    here = request.session.session_key if request and request.user == instance.user else None
    others = UserSession.objects.filter(user=instance.user).exclude(session_key=here)
    sessions_adapter().end_sessions(others)
    if here:
        second_factor.forget(request.session)
