"""Which contact points may be used, and from when on: one SQL fragment each, so that preview and fan-out agree.

And what is spoken at an address.
"""

from collections.abc import Iterable

from cityalert.lib.language import Language
from cityalert.lib.sealed import mark
from cityalert.subscriptions.models import ContactPoint, Stop, Subscriber

# For a contact point `cp` and a parameter `severity`.
USABLE = (
    "cp.verified_at IS NOT NULL AND cp.stopped_at IS NULL AND cp.gone_at IS NULL"
    " AND cp.min_severity <= %(severity)s"
)

# For a subscriber `s`: when they may be told of something that is due at `at`. Quiet hours hold it back, unless it is
# grave enough, or they are on duty (`awake`). The database knows the hours of every zone, also in the two nights in
# which the clocks change: see the function in the migration `quiet_hours`.
NOT_BEFORE = """
    CASE WHEN s.quiet_from IS NULL OR {severity} >= s.wakes_from OR s.id = ANY(%(awake)s::bigint[])
         THEN %(at)s::timestamptz
         ELSE coalesce(quiet_until(%(at)s, s.quiet_from, s.quiet_until, coalesce(nullif(s.zone, ''), %(city)s)),
                       %(at)s) END"""

# For a subscriber `s`: where and when they are told of what is minor, if they want it gathered: at their first usable
# address, when the clock there shows it next. Joined, it gives nothing for whoever has no such wish, or no address.
GATHERED = f"""
    LEFT JOIN LATERAL (
        SELECT cp.id, next_at_clock(%(at)s, s.digest_at, coalesce(nullif(s.zone, ''), %(city)s)) AS next_at
        FROM subscriptions_contactpoint cp WHERE cp.subscriber_id = s.id AND cp.channel = 'email' AND {USABLE}
        ORDER BY cp.id LIMIT 1
    ) gathered ON s.digest_at IS NOT NULL"""


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
