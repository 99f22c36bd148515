"""Changes to how people are reached."""

from datetime import datetime

from django.db import models, transaction

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.subscriptions.models import ContactPoint, Subscriber


@transaction.atomic
def welcome(user: User, *, at: datetime) -> Subscriber:
    """Make a person reachable at the address they sign in with; again, it changes nothing.

    Whoever made them a member vouches for that address. Telephone numbers are verified by a code.
    """
    subscriber, _ = Subscriber.objects.get_or_create(user=user, defaults={"language": user.language})
    ContactPoint.objects.get_or_create(
        subscriber=subscriber,
        channel=ContactPoint.Channel.EMAIL,
        address=user.email,
        defaults={"verified_at": at},
    )
    return subscriber


@transaction.atomic
def stop(channel: str, address: str, *, at: datetime) -> int:
    """The person said STOP: nothing more to this address, whoever asks. Returns for how many subscribers."""
    points = ContactPoint.objects.filter(channel=channel, address=address, stopped_at=None)
    return _mark(points.order_by("pk"), Verb.CONTACT_STOPPED, at, stopped_at=at)


@transaction.atomic
def resume(channel: str, address: str, *, at: datetime) -> int:
    """The person said START after a STOP. Returns for how many subscribers."""
    points = ContactPoint.objects.filter(channel=channel, address=address, stopped_at__isnull=False)
    return _mark(points.order_by("pk"), Verb.CONTACT_RESUMED, at, stopped_at=None)


def _mark(
    points: "models.QuerySet[ContactPoint]", verb: Verb, at: datetime, **changes: datetime | None
) -> int:
    found = list(points.select_for_update())
    ContactPoint.objects.filter(pk__in=[point.pk for point in found]).update(**changes)
    for point in found:
        record(verb, None, point, at=at, channel=point.channel)
    return len(found)
