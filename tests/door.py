"""How people of the cast come in: by the door like everybody, or let in where it is not what is tested."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from cityalert.accounts import demo
from tests.cast import PASSWORD, Person


def code_of(person: Person, timestamp: float | None = None) -> str:
    """What the person's authenticator app shows."""
    return demo.Account(person.email.split("@")[0], "").code(timestamp or time.time())


def sign_in(client: Client, person: Person, *, password: str = PASSWORD, code: str | None = None):
    """Through the pages: password, then the code if one is asked for. Gives the last response."""
    response = client.post(reverse("account_login"), {"login": person.email, "password": password})
    if response.status_code == 302 and response["Location"] == reverse("mfa_authenticate"):
        response = client.post(response["Location"], {"code": code or code_of(person)})
    return response


def let_in(client: Client, person: Person, *, second_factor_at: float | None = None) -> Client:
    """Signed in, with a second factor shown just now (or at that time)."""
    client.force_login(person.user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "at": second_factor_at or time.time(), "type": "totp"}
    ]
    session["account_authentication_methods_user"] = str(person.user.pk)
    session.save()
    return client
