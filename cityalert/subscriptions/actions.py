"""Changes to how people are reached."""

from datetime import datetime

from django.db import models, transaction

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.sealed import mark
from cityalert.subscriptions.models import ContactPoint, Stop, Subscriber


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
def stop(channel: str, address: str, *, at: datetime, by_text: bool = True) -> int:
    """The person said STOP: nothing more to this address, whoever asks. Returns for how many subscribers.

    What a resident gave is deleted; that they said it is remembered without the address.
    """
    Stop.objects.update_or_create(mark=mark(channel, address), defaults={"by_text": by_text, "said_at": at})
    points = ContactPoint.objects.filter(channel=channel, address=address, stopped_at=None)
    stopped = _mark(points.order_by("pk"), Verb.CONTACT_STOPPED, at, stopped_at=at)
    residents = ContactPoint.objects.filter(
        channel=channel, address=address, subscriber__consents__isnull=False
    )
    forget(list(residents.distinct()))
    return stopped


@transaction.atomic
def forget(points: "list[ContactPoint]") -> None:
    """Delete these ways to residents, and those who have no other left, with all they wanted."""
    ContactPoint.objects.filter(pk__in=[point.pk for point in points]).delete()
    theirs = Subscriber.objects.filter(pk__in={point.subscriber_id for point in points})
    theirs.filter(user=None, contact_points=None).delete()


@transaction.atomic
def resume(channel: str, address: str, *, at: datetime) -> int:
    """The person said START after a STOP. Returns for how many subscribers."""
    Stop.objects.filter(mark=mark(channel, address)).delete()
    points = ContactPoint.objects.filter(channel=channel, address=address, stopped_at__isnull=False)
    return _mark(points.order_by("pk"), Verb.CONTACT_RESUMED, at, stopped_at=None)


def gone(channel: str, address: str, *, at: datetime) -> int:
    """The provider says that there is no such address. Returns for how many subscribers that is news."""
    return ContactPoint.objects.filter(channel=channel, address=address, gone_at=None).update(gone_at=at)


def _mark(
    points: "models.QuerySet[ContactPoint]", verb: Verb, at: datetime, **changes: datetime | None
) -> int:
    found = list(points.select_for_update())
    ContactPoint.objects.filter(pk__in=[point.pk for point in found]).update(**changes)
    for point in found:
        record(verb, None, point, at=at, channel=point.channel)
    return len(found)
