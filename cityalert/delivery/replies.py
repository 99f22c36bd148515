"""Somebody replied to a text message: what is done, and what is answered. What the words mean is `inbound`'s."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.delivery import forgetting, inbound, receipts, reports
from cityalert.delivery.inbound import Meaning, Said
from cityalert.delivery.models import Recipient
from cityalert.delivery.response import Response
from cityalert.lib.language import Language
from cityalert.subscriptions import actions as subscriptions
from cityalert.subscriptions import queries as points

SMS = "sms"
# What Twilio obeys and answers itself, when it is all that is said. On short codes it leaves that to us, and of French
# words it knows none.
TWILIOS_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL", "START", "YES", "UNSTOP"}
)
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,6}")

_RESPONSES = {
    Meaning.SAFE: Response.SAFE,
    Meaning.NEED_HELP: Response.NEED_HELP,
    Meaning.NOT_ON_SITE: Response.NOT_ON_SITE,
}


@dataclass(frozen=True)
class Reply:
    """One text that came in: from whom, to which of our numbers, and whether Twilio has answered it already."""

    address: str
    to: str
    body: str
    is_answered: bool = False
    is_from_twilio: bool = True

    @property
    def is_twilios(self) -> bool:
        """Has Twilio answered, or will it? A second answer would be a second message."""
        is_word = self.body.strip().upper() in TWILIOS_WORDS and not _SHORT_CODE.fullmatch(self.to)
        return self.is_answered or (is_word and self.is_from_twilio)


def hear(reply: Reply, *, at: datetime) -> str:
    """Do what a reply asks; what to answer, or nothing. Whatever is no number is not listened to."""
    if not _NUMBER.fullmatch(reply.address):
        return ""  # from a short code, or made up
    said = inbound.heard(reply.body)
    language = points.language_of(SMS, reply.address)
    # Who uses the carriers' words is answered in the language of the word; all others in their own.
    is_keyword = said.meaning in {Meaning.STOP, Meaning.START, Meaning.HELP, Meaning.YES}
    with translation.override(said.language if is_keyword and said.language else language):
        if said.meaning == Meaning.STOP:
            return _stop(reply, at=at)
        if said.meaning == Meaning.START or (
            said.meaning == Meaning.YES and points.has_stopped(SMS, reply.address)
        ):
            return _start(reply, at=at)
        if said.meaning == Meaning.HELP:
            return "" if reply.is_answered else _help()
        return _of_alert(reply, said, language, at=at)


def _stop(reply: Reply, *, at: datetime) -> str:
    forgetting.stop(SMS, reply.address, at=at, by_text=True)
    if reply.is_twilios:
        return ""
    words = _("You get no more texts from %(site)s. Reply START to get them again. In danger: call 911.")
    return words % {"site": settings.SITE_NAME}


def _start(reply: Reply, *, at: datetime) -> str:
    subscriptions.resume(SMS, reply.address, at=at)
    if reply.is_twilios:
        return ""
    return _("You get texts from %(site)s again. Reply STOP to stop.") % {"site": settings.SITE_NAME}


def _of_alert(reply: Reply, said: Said, language: Language, *, at: datetime) -> str:
    """An answer to the latest alert that was told at this number."""
    recipient = receipts.last_told(reply.address, channel=SMS, at=at)
    if recipient is None or recipient.subscriber is None:
        if said.meaning == Meaning.OTHER:
            return _help()
        return _("There is no current alert to answer. In danger: call 911.")
    user_id = recipient.subscriber.user_id
    subject = {"subject": recipient.notice.texts[language]["subject"]}
    if response := _RESPONSES.get(said.meaning):
        receipts.respond(
            [recipient], response=response, note=said.note, actor=None, user_id=user_id, at=at, via=SMS
        )
        return _responded(response) % subject
    if said.meaning in {Meaning.ACKNOWLEDGE, Meaning.YES}:
        receipts.acknowledge([recipient], actor=None, user_id=user_id, at=at, via=SMS)
        return _("Acknowledged: %(subject)s") % subject
    return _kept(recipient, said.note, user_id, at=at)


def _kept(recipient: Recipient, words: str, user_id: int | None, *, at: datetime) -> str:
    """Words that are none of ours are for whoever sent the alert, too."""
    try:
        reports.say([recipient], words=words, user_id=user_id, via=SMS, at=at)
    except reports.TooMany:
        return ""
    return _("Passed on. Reply ACK if you have it, SAFE, or SOS if you need help. In danger: call 911.")


def _responded(response: Response) -> str:
    return {
        Response.SAFE: _("Noted, you are safe: %(subject)s"),
        Response.NEED_HELP: _("Noted, you need help. In danger: call 911, nobody may read this. %(subject)s"),
        Response.NOT_ON_SITE: _("Noted, you are not on site: %(subject)s"),
    }[response]


def _help() -> str:
    """Within 160 places, and says how often one writes: the carriers ask for both."""
    words = _(
        "%(site)s: safety alerts, as often as there is danger. Reply ACK, SAFE, SOS (need help) or STOP."
        " In danger: call 911. Message rates may apply."
    )
    return words % {"site": settings.SITE_NAME}
