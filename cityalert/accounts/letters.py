"""Letters: single mails to one person, kept in PostgreSQL until the mail server has them.

Alerts go through `delivery`, to many and in several ways; this is for what one person is told about their place on
the network. `post` writes a row in the caller's transaction; it is sent after the commit, and again until it went.
"""

import logging
import smtplib
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from cityalert.accounts import keys
from cityalert.accounts.models import Letter
from cityalert.lib import jobs, tenancy
from cityalert.lib.language import Language

logger = logging.getLogger(__name__)

TASK = "accounts.send_letters"
BATCH = 50
# How long somebody who sends may take before somebody else does; how long a mail server that failed is left alone, each
# time twice as long; when nobody waits for the letter any more.
LEASE = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP = timedelta(days=3)


@tenancy.across("a letter to one person")
def post(template: str, address: str, language: Language, context: dict[str, Any], *, at: datetime) -> Letter:
    """Write a letter from `TEMPLATE_subject.txt` and `TEMPLATE.txt`, in a language. It leaves after the commit."""
    with translation.override(language):
        facts = {"site_name": settings.SITE_NAME, "city_name": settings.CITY_NAME, **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", facts).split())
        text = render_to_string(f"{template}.txt", facts).strip() + "\n"
    letter = Letter.objects.create(
        address=address,
        language=language,
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"[:200],
        # It may hold a one-time link: worth nothing to whoever only has the database.
        sealed_text=keys.seal(text),
        posted_at=at,
        due_at=at,
    )
    jobs.after_commit(TASK)
    return letter


@tenancy.across("a letter to one person")
def wake(*, at: datetime) -> None:
    """A chore of the sweep: hand over what nobody was woken for, or what failed a while ago."""
    if Letter.objects.filter(due_at__lte=at).exists():
        jobs.after_commit(TASK)


def send_due(*, at: datetime) -> int:
    """Send what is due, no transaction open meanwhile. Returns how many went."""
    sent = 0
    letters = _claim(at)
    for number, letter in enumerate(letters):
        try:
            sent += _send(letter, at)
        except OSError as error:  # smtplib's exceptions are OSErrors too
            logger.warning("letter %d was not sent: %s", letter.pk, type(error).__name__)
            # One that hangs would hold up each of the others for as long.
            _put_off(letters[number:], at)
            break
    return sent


def forget(*, at: datetime, after: timedelta = timedelta(days=30)) -> None:
    """Delete what went, or never will, long ago."""
    Letter.objects.filter(due_at=None, posted_at__lt=at - after).delete()


@transaction.atomic
def _claim(at: datetime) -> list[Letter]:
    due = Letter.objects.select_for_update(skip_locked=True).filter(due_at__lte=at).order_by("due_at", "pk")
    letters = list(due[:BATCH])
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(due_at=at + LEASE)
    return letters


def _send(letter: Letter, at: datetime) -> bool:
    """Hand over one letter and write what came of it. Raises OSError when the mail server is not well."""
    headers = {
        # The same for every try, so that a mailbox which gets it twice shows it once.
        "Message-ID": f"<letter-{letter.pk}@{settings.MAIL_FROM.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
    }
    try:
        EmailMessage(
            letter.subject, keys.unseal(letter.sealed_text), to=[letter.address], headers=headers
        ).send()
    except (smtplib.SMTPRecipientsRefused, InvalidToken) as error:
        logger.warning("letter %d cannot be sent: %s", letter.pk, type(error).__name__)
        _end(letter, failed_at=at)
        return False
    _end(letter, sent_at=at)
    return True


def _put_off(letters: list[Letter], at: datetime) -> None:
    for letter in letters:
        if at - letter.posted_at > GIVE_UP:
            _end(letter, failed_at=at)
        else:
            pause = min(PAUSE * 2 ** min(letter.tries, 10), LONGEST_PAUSE)
            Letter.objects.filter(pk=letter.pk).update(due_at=at + pause, tries=letter.tries + 1)


def _end(letter: Letter, **moment: datetime) -> None:
    Letter.objects.filter(pk=letter.pk).update(due_at=None, sealed_text="", **moment)
