"""One's own set-up, tried out: a test to every number and address that is used, and what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cityalert.audit.record import Who, record
from cityalert.audit.verbs import Verb
from cityalert.delivery import single
from cityalert.lib import sms
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from cityalert.preferences import actions
from cityalert.subscriptions.models import ContactPoint, Subscriber
from partners.actor import Actor

# A test that comes an hour later tests nothing; each costs money, and wakes whoever sleeps beside the telephone.
LASTS, AGAIN = timedelta(minutes=30), timedelta(minutes=5)
# A resident has shown that a number is theirs, and not who they are: texts cost money.
RESIDENTS_AGAIN = timedelta(hours=6)


class NothingToTry(Refusal):
    """Without an address."""

    code = "nothing_to_try"
    sentence = gettext_lazy("There is nothing to try: add a number or an address first.")


class TriedJustNow(Refusal):
    """Too often."""

    code = "tried_just_now"
    status = 429
    sentence = gettext_lazy("The last test went out a moment ago. Wait five minutes before the next.")


@dataclass(frozen=True)
class Tried:
    """One way, and what became of the last test there: None where none went."""

    point: ContactPoint
    outcome: single.Outcome | None


@dataclass(frozen=True)
class Trial:
    """The last test: when it went out, and how it did."""

    at: datetime | None
    ways: list[Tried]

    @property
    def is_under_way(self) -> bool:
        """Is there anything still to come?"""
        return any(one.outcome and one.outcome.is_under_way for one in self.ways)


@transaction.atomic
def send(actor: Actor, *, at: datetime) -> int:
    """Send a test, marked as one, to each way that is used; returns how many. Raises NothingToTry, TriedJustNow."""
    subscriber = actions.own(actor)
    last = single.last_key(_key(subscriber.pk))
    if last and at < last[1] + AGAIN:
        raise TriedJustNow
    return _send(actor, subscriber, actor.partner_id, at)


@transaction.atomic
def send_to_resident(subscriber: Subscriber, *, at: datetime) -> int:
    """The same to each way of a resident's, who has no link to press. Raises NothingToTry, TriedJustNow."""
    held = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    last = single.last_key(_key(held.pk))
    if last and at < last[1] + RESIDENTS_AGAIN:
        raise TriedJustNow(_("The last test is not six hours old. Try again later."))
    return _send(None, held, None, at)


def _send(who: Who | None, subscriber: Subscriber, partner_id: UUID | None, at: datetime) -> int:
    points = list(actions.usable_of(subscriber.contact_points.all()).select_related("subscriber"))
    if not points:
        raise NothingToTry
    texts = {language.value: _words(language, asks=partner_id is not None) for language in Language}
    for point in points:
        key = f"{_key(subscriber.pk)}{at.isoformat()} {point.pk}"
        single.send(point, texts, key=key, at=at, expires_at=at + LASTS, partner_id=partner_id)
    record(Verb.REACH_TRIED, who, subscriber, at=at, ways=len(points))
    return len(points)


def last_trial(actor: Actor) -> Trial:
    """The actor's own last test."""
    return _last(actions.usable(actor))


def last_trial_of(subscriber: Subscriber) -> Trial:
    """A resident's last test."""
    return _last(actions.usable_of(subscriber.contact_points.all()))


def _last(ways: "QuerySet[ContactPoint]") -> Trial:
    points = list(ways.order_by("channel", "pk"))
    last = single.last_key(_key(points[0].subscriber_id)) if points else None
    if last is None:
        return Trial(None, [Tried(point, None) for point in points])
    key, at = last
    came = {one.point_id: one for one in single.outcomes(key.rpartition(" ")[0])}
    return Trial(at, [Tried(point, came.get(point.pk)) for point in points])


def _key(subscriber_id: int) -> str:
    return f"trial {subscriber_id} "


def _words(language: Language, *, asks: bool) -> dict[str, str]:
    """`asks`: with a link to press."""
    with translation.override(language):
        mark = pgettext("mark", "TEST")
        subject = _("Test of how you are reached by %(site)s") % {"site": settings.SITE_NAME}
        said = _("This is how an alert reaches you here. Nothing has happened.")
        press = "\n" + _("Say that it came:") + " {link}\n" if asks else ""
        text = f"{mark} – {mark}\n{said}\n{press}"
        short = f"{mark} - {mark} {settings.SITE_NAME}: {said}"
        return {
            "mark": mark,
            "subject": f"[{mark}] {subject}",
            "text": text,
            "html": render_to_string(
                "preferences/mail/trial.html", {"subject": subject, "mark": mark, "said": said, "asks": asks}
            ),
            "sms": sms.gsm(short) + (" {link}" if asks else ""),
            "push": f"{mark} – {mark}\n{said}",
            "voice": f"{mark}. {mark}. {settings.SITE_NAME}. {said} {mark}.",
        }
