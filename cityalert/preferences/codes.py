"""The code that shows that a number or an address is one's own: made, sent, compared."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.delivery import single
from cityalert.lib import sms
from cityalert.lib.language import Language
from cityalert.preferences.models import Verification
from cityalert.subscriptions.models import ContactPoint

LASTS = timedelta(minutes=10)
# Guessing one of a million in five tries; another code is sent after a minute.
TRIES = 5
AGAIN = timedelta(minutes=1)


def send(point: ContactPoint, user: User, *, at: datetime) -> Verification:
    """A new code to a contact point of this person's; any earlier one is worth nothing more."""
    code = f"{secrets.randbelow(1_000_000):06}"
    verification, _is_new = Verification.objects.update_or_create(
        point=point,
        defaults={"user": user, "code_hash": _hash(point, code), "sent_at": at, "wrong": 0},
    )
    language = Language(point.subscriber.language)
    if point.channel == ContactPoint.Channel.EMAIL:
        letters.post("preferences/mail/code", point.address, language, {"code": code}, at=at)
    else:
        key = f"code {point.pk} {at.isoformat()}"
        said = {"sms": _text(code, language), "voice": _spoken(code, language)}
        texts = {language.value: {point.channel: said[point.channel]}}
        single.send(point, texts, key=key, at=at, expires_at=at + LASTS)
    return verification


def holds(verification: Verification, at: datetime) -> bool:
    """May it still be tried?"""
    return at < verification.sent_at + LASTS and verification.wrong < TRIES


def is_right(verification: Verification, typed: str) -> bool:
    """Is that the code? Spaces and dashes do not count."""
    digits = "".join(one for one in typed if one.isdigit())
    return constant_time_compare(verification.code_hash, _hash(verification.point, digits))


def _hash(point: ContactPoint, code: str) -> str:
    return salted_hmac("cityalert.preferences.code", f"{point.pk}:{code}", algorithm="sha256").hexdigest()


def _text(code: str, language: Language) -> str:
    with translation.override(language):
        return sms.gsm(
            _("%(code)s is your code for %(site)s. It holds for 10 minutes. Nobody of ours asks you for it.")
            % {"code": code, "site": settings.SITE_NAME}
        )


def _spoken(code: str, language: Language) -> str:
    with translation.override(language):
        return _("Your code for %(site)s is: %(digits)s. I repeat: %(digits)s.") % {
            "site": settings.SITE_NAME,
            "digits": ". ".join(code),
        }
