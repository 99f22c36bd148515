"""Links in mails: what opens is a secret of which only the hash is kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.joining.models import Application, Link
from cityalert.lib.language import Language

GOOD_FOR = timedelta(days=14)


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(32)


def write(application: Application, template: str, *, at: datetime, **facts: Any) -> None:
    """A mail to the applicant with a new link; those sent before no longer work. It leaves after the commit."""
    token = new_token()
    application.links.filter(used_at=None).delete()
    Link.objects.create(application=application, digest=digest(token), expires_at=at + GOOD_FOR)
    facts |= {
        "application": application,
        "link": settings.PUBLIC_URL + reverse("joining:open", args=[token]),
        "days": GOOD_FOR.days,
    }
    letters.post(
        f"joining/mail/{template}", application.contact_email, Language(application.language), facts, at=at
    )
