"""What somebody who was told says back: a response, words, a photo, a place. Only ever added to."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import Who, record
from cityalert.audit.verbs import Verb
from cityalert.delivery import watchers
from cityalert.delivery.models import Notice, Photo, Recipient, Report
from cityalert.lib import words as tidy
from cityalert.lib.refusals import Refusal

MOST = 30
LONGEST = 1000


class TooMany(Refusal):
    """Somebody, or something, that never ends."""

    code = "too_many_reports"
    status = 429
    sentence = _("That is a lot: no more reports to this alert are kept. Call instead.")


class Nothing(Refusal):
    """An empty form."""

    code = "nothing_reported"
    status = 422
    sentence = _("Say something, add a photo or say where you are.")


@transaction.atomic
def say(  # noqa: PLR0913 - all are named
    recipients: Sequence[Recipient],
    *,
    words: str = "",
    photo: bytes | None = None,
    place: Point | None = None,
    place_words: str = "",
    actor: Who | None = None,
    user_id: int | None,
    via: str,
    at: datetime,
) -> list[Report]:
    """Words, a photo (as `photos.clean` gives it), a place, to whoever sent it. Raises Nothing, TooMany."""
    words = tidy.line(words)[:LONGEST]
    if not (words or photo or place or place_words):
        raise Nothing
    answering = _one_of_each(recipients)
    if any(Report.objects.filter(recipient=one).count() >= MOST for one in answering):
        raise TooMany
    said = [
        Report(
            **_about(one), by_id=user_id, via=via, said_at=at, words=words, place=place,
            place_words=tidy.line(place_words)[:200],
        )
        for one in answering
    ]  # fmt: skip
    Report.objects.bulk_create(said)
    if photo:
        Photo.objects.bulk_create(Photo(report=one, jpeg=photo) for one in said)
    for notice in Notice.objects.filter(pk__in={one.notice_id for one in said}).order_by("pk"):
        partners = {one.partner_id for one in said if one.notice_id == notice.pk}
        watchers.tell(notice, partners)
        record(
            Verb.ALERT_REPORTED,
            actor,
            notice.subject,
            at=at,
            via=via,
            has_photo=bool(photo),
            has_place=bool(place or place_words),
            partners=sorted(str(one) for one in partners if one),
        )
    return said


def responded(
    recipients: Sequence[Recipient], *, response: str, note: str, user_id: int | None, via: str, at: datetime
) -> None:
    """Keep that they responded, in the caller's transaction: what they said before stays."""
    Report.objects.bulk_create(
        Report(**_about(one), by_id=user_id, via=via, said_at=at, response=response, words=note[:LONGEST])
        for one in _one_of_each(recipients)
    )


def _one_of_each(recipients: Iterable[Recipient]) -> list[Recipient]:
    """Who answers for themselves and for their partner's screens says it once: as the person, if there is one."""
    by_notice = {(one.notice_id, one.partner_id): one for one in recipients}
    return list(by_notice.values())


def _about(one: Recipient) -> dict[str, object]:
    return {
        "notice_id": one.notice_id,
        "sender_id": one.sender_id,
        "partner_id": one.partner_id,
        "recipient": one,
    }
