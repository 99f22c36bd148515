"""Which contact points may be used: one SQL fragment, so that preview and fan-out agree. And what is spoken."""

from collections.abc import Iterable

from cityalert.lib.language import Language
from cityalert.lib.sealed import mark
from cityalert.subscriptions.models import ContactPoint, Stop, Subscriber

# For a contact point `cp` and a parameter `severity`.
USABLE = (
    "cp.verified_at IS NOT NULL AND cp.stopped_at IS NULL AND cp.gone_at IS NULL"
    " AND cp.min_severity <= %(severity)s"
)


def language_of(channel: str, address: str) -> Language:
    """What is spoken at an address; English where nobody is known."""
    spoken = Subscriber.objects.filter(contact_points__channel=channel, contact_points__address=address)
    return Language(spoken.order_by("pk").values_list("language", flat=True).first() or Language.EN)


def has_stopped(channel: str, address: str) -> bool:
    """Did somebody text STOP from there?"""
    points = ContactPoint.objects.filter(channel=channel, address=address, stopped_at__isnull=False)
    return points.exists() or Stop.objects.filter(mark=mark(channel, address), by_text=True).exists()


def shares_address(user_id: int, others: Iterable[int]) -> bool:
    """Is this person reached at a verified number or address at which one of the others is?"""
    return not _reached_at([user_id]).isdisjoint(_reached_at(others))


def _reached_at(user_ids: Iterable[int]) -> set[tuple[str, str]]:
    # By two keys, one after the other: joined, PostgreSQL may walk through every resident's number.
    subscribers = list(Subscriber.objects.filter(user__in=list(user_ids)).values_list("pk", flat=True))
    points = ContactPoint.objects.filter(subscriber__in=subscribers, verified_at__isnull=False)
    return {(channel, address.casefold()) for channel, address in points.values_list("channel", "address")}
