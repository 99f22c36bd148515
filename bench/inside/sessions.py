"""Sessions of people who have just shown a second factor: what is measured, or broken, is not the door."""

from functools import cache
from time import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from cityalert.accounts.models import User


@cache
def signed_in(email: str) -> str:
    """The key of a session of the person with this address; the same each time."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "cityalert.accounts.backends.People"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time(), "type": "totp"}]
    store["account_authentication_methods_user"] = str(user.pk)
    store.save()
    return str(store.session_key)
