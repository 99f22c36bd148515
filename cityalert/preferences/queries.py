"""How the actor is reached, as the page shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from cityalert.preferences import codes
from cityalert.subscriptions.models import ContactPoint, Subscriber
from cityalert.subscriptions.times import Times
from partners.actor import Actor


class Standing(StrEnum):
    """What a contact point is worth."""

    USED = "used"
    WAITING = "waiting"
    OVER = "over"
    STOPPED = "stopped"
    GONE = "gone"


@dataclass(frozen=True)
class Reached:
    """A contact point, and how it stands; `is_sign_in`: the address the person signs in with."""

    point: ContactPoint
    standing: Standing
    is_sign_in: bool

    @property
    def device(self) -> str:
        """By what a browser finds itself in the list: the digest of its endpoint. Empty for numbers and addresses."""
        if self.point.channel != ContactPoint.Channel.PUSH:
            return ""
        return sha256(self.point.address.partition(" ")[0].encode()).hexdigest()


def own_times(actor: Actor) -> Times:
    """When the actor is told, as it stands."""
    subscriber = Subscriber.objects.filter(user=actor.user_id).first()
    return Times.of(subscriber) if subscriber else Times(language=actor.user.language)


def reached(actor: Actor, at: datetime) -> list[Reached]:
    """Every contact point of the actor's own, texts first."""
    own = ContactPoint.objects.filter(subscriber__user=actor.user_id).select_related("verification")
    # What is sealed has no order in the database.
    points = sorted(own, key=lambda point: (point.channel != ContactPoint.Channel.SMS, point.named))
    return [
        Reached(point, _standing(point, at), point.address.casefold() == actor.user.email.casefold())
        for point in points
    ]


def _standing(point: ContactPoint, at: datetime) -> Standing:
    if point.stopped_at:
        return Standing.STOPPED
    if point.gone_at:
        return Standing.GONE
    if point.verified_at:
        return Standing.USED
    verification = getattr(point, "verification", None)
    return Standing.WAITING if verification and codes.holds(verification, at) else Standing.OVER
