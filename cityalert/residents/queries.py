"""Why somebody was told: for whoever holds the link in the message."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from cityalert.alerts.models import Alert
from cityalert.delivery import because, receipts
from cityalert.lib.refusals import NotThere
from cityalert.subscriptions.models import Subscriber, WatchArea


@dataclass(frozen=True)
class Told:
    """What was said to a resident, and why: the places of theirs it concerned, or `because` if these changed since."""

    subject: str
    language: str
    alert: Alert | None
    subscriber: Subscriber | None
    places: list[WatchArea]
    because: str = ""
    is_trial: bool = False


def told(token: str, *, at: datetime) -> Told:
    """By the token in the message's link. Raises NotThere, also for a link that is not a resident's."""
    recipient = receipts.by_token(token, at=at)
    if recipient.kind != "resident":
        raise NotThere
    subscriber = recipient.subscriber
    alert = Alert.objects.filter(notice=recipient.notice_id).first()
    # The alert stands in the public's pages by its newest version; why it came is of the one that was sent.
    near = (
        list(subscriber.watch_areas.filter(area__intersects=alert.area).order_by("pk"))
        if subscriber and alert and alert.area and not recipient.because
        else []
    )
    language = subscriber.language if subscriber else "en"
    texts = recipient.notice.texts.get(language) or next(iter(recipient.notice.texts.values()))
    with translation.override(language):
        why = because.sentence(recipient.because)
    return Told(
        texts.get("subject", ""),
        language,
        alert,
        subscriber,
        near,
        why,
        is_trial="mark" in texts and not alert,
    )
