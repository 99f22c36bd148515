"""Making contacts reachable: each person one subscriber with the ways they have now. STOP is the address's own."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from cityalert.businesses.models import Contact
from cityalert.lib import tenancy
from cityalert.lib.sealed import mark
from cityalert.subscriptions.models import ContactPoint, Stop, Subscriber

_SMS, _EMAIL = ContactPoint.Channel.SMS, ContactPoint.Channel.EMAIL


@tenancy.across("contacts are subscribers without an account, whom no partner sees")
def ensure(contacts: Sequence[Contact], *, at: datetime) -> None:
    """Give every contact that can be reached its subscriber. In the caller's transaction.

    Who is called for several functions or businesses under one number is one person, and is told once. The BIA
    vouches for the addresses; one that has said STOP, to whomever, stays stopped.
    """
    reachable = [one for one in contacts if one.is_reachable]
    by_person = _subscribers(reachable)
    changed = []
    for one in reachable:
        subscriber = by_person[_person(one)]
        if one.subscriber_id != subscriber.pk:
            one.subscriber = subscriber
            changed.append(one)
    Contact.objects.bulk_update(changed, ["subscriber"], batch_size=500)
    _points(reachable, at)


def _person(contact: Contact) -> str:
    return contact.phone or contact.email


def _subscribers(contacts: Sequence[Contact]) -> dict[str, Subscriber]:
    """One for each person: theirs if they have one, else a new one."""
    there = Subscriber.objects.in_bulk({one.subscriber_id for one in contacts if one.subscriber_id})
    found: dict[str, Subscriber] = {}
    for one in contacts:
        if one.subscriber_id in there:
            found.setdefault(_person(one), there[one.subscriber_id])
    # A subscriber that another person's contact has is not shared: they parted when their number changed.
    taken: set[int] = set()
    for person in list(found):
        if found[person].pk in taken:
            del found[person]
        else:
            taken.add(found[person].pk)
    new = {_person(one): one.language for one in contacts if _person(one) not in found}
    made = Subscriber.objects.bulk_create(Subscriber(language=language) for language in new.values())
    return found | dict(zip(new, made, strict=True))


def _points(contacts: Sequence[Contact], at: datetime) -> None:
    wanted = {
        (one.subscriber_id, channel, address)
        for one in contacts
        if one.subscriber_id
        for channel, address in ((_SMS, one.phone), (_EMAIL, one.email))
        if address
    }
    there = ContactPoint.objects.filter(subscriber__in={one.subscriber_id for one in contacts})
    gone = [
        point.pk
        for point in there
        if (point.subscriber_id, point.channel, point.address) not in wanted and point.stopped_at is None
    ]
    ContactPoint.objects.filter(pk__in=gone).delete()
    known = {(point.subscriber_id, point.channel, point.address) for point in there}
    missing = sorted(wanted - known)
    stopped = _stopped({(channel, address) for _pk, channel, address in missing})
    ContactPoint.objects.bulk_create(
        ContactPoint(
            subscriber_id=subscriber, channel=channel, address=address, verified_at=at,
            stopped_at=stopped.get((channel, address)),
        )
        for subscriber, channel, address in missing
    )  # fmt: skip


def _stopped(ways: set[tuple[str, str]]) -> dict[tuple[str, str], datetime]:
    """When these last said STOP, to whomever; without those that never did, or began again."""
    marks = {mark(*way): way for way in ways}
    kept = Stop.objects.filter(mark__in=marks).values_list("mark", "said_at")
    found = ContactPoint.objects.filter(address__in={to for _by, to in ways}, stopped_at__isnull=False)
    said = found.values_list("channel", "address").annotate(when=Max("stopped_at"))
    return {marks[one]: when for one, when in kept} | {(by, to): when for by, to, when in said}
