"""Who lives near King and Bay in these runs: most are told at once, some sleep, some want their mail gathered.

Their hours are set anew for each round, so that some of them end in it. Two members are away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from math import cos, pi, radians, sin, sqrt
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction

from cityalert.lib.language import Language
from cityalert.lib.zones import Zone
from cityalert.subscriptions.models import Absence, ContactPoint, Subscriber, WatchArea
from partners.models import Membership

KING_AND_BAY = (-79.3815, 43.6487)
WITHIN_M = 690
METRES_PER_DEGREE = 111_320
LONG = timedelta(hours=6)
# Into the round, when the first wake and the first mail of the day is due.
WAKES_AFTER, GATHERED_AFTER = timedelta(seconds=25), timedelta(seconds=40)


class Habit(StrEnum):
    """How somebody wants to be told; shares in `SHARES`."""

    ALWAYS = "always"
    SLEEPS = "sleeps"  # for longer than a round
    WAKES = "wakes"  # in the middle of it
    GATHERS = "gathers"  # what is minor comes in a mail in the middle of it
    GATHERS_LATER = "gathers later"


SHARES = {Habit.ALWAYS: 80, Habit.SLEEPS: 6, Habit.WAKES: 6, Habit.GATHERS: 5, Habit.GATHERS_LATER: 3}
# Text, mail, or both.
REACHED_BY = {("sms",): 45, ("email",): 35, ("sms", "email"): 20}
# Beside the city's own.
ZONES = ("", Zone.VANCOUVER, Zone.ST_JOHNS)


@dataclass(frozen=True)
class People:
    """Residents by what they want, and two subscribers with an account: nobody and somebody stands in for them."""

    residents: dict[Habit, list[int]]
    away: int
    stood_in_for: tuple[int, int]  # who is away, and who hears it instead

    @property
    def everybody(self) -> list[int]:
        """All residents."""
        return [key for keys in self.residents.values() for key in keys]


@transaction.atomic
def settle(count: int, *, at: datetime) -> People:
    """So many residents move in, and members of one partner near there go away."""
    chance = Random("people")
    habits = chance.choices(list(SHARES), list(SHARES.values()), k=count)
    subscribers = Subscriber.objects.bulk_create(
        Subscriber(language=chance.choice(Language.values), zone=chance.choice(ZONES)) for _ in habits
    )
    points, homes = list[ContactPoint](), list[WatchArea]()
    for number, (subscriber, habit) in enumerate(zip(subscribers, habits, strict=True)):
        (channels,) = chance.choices(list(REACHED_BY), list(REACHED_BY.values()))
        gathers = habit in {Habit.GATHERS, Habit.GATHERS_LATER}
        points += _points(subscriber, {*channels, "email"} if gathers else set(channels), number, at)
        homes.append(WatchArea(subscriber=subscriber, label="Home", area=_somewhere(chance)))
    ContactPoint.objects.bulk_create(points)
    WatchArea.objects.bulk_create(homes)
    keys = {
        habit: [s.pk for s, one in zip(subscribers, habits, strict=True) if one == habit] for habit in Habit
    }
    return People(keys, *_leave(at))


def arrange(people: People, *, at: datetime) -> None:
    """The hours of everybody for a round that begins now."""
    begin = at - timedelta(hours=1)
    for zone in ZONES:
        for habit, until in {Habit.SLEEPS: at + LONG, Habit.WAKES: at + WAKES_AFTER}.items():
            own = Subscriber.objects.filter(pk__in=people.residents[habit], zone=zone)
            own.update(quiet_from=_clock(begin, zone), quiet_until=_clock(until, zone))
        for habit, due in {Habit.GATHERS: at + GATHERED_AFTER, Habit.GATHERS_LATER: at + LONG}.items():
            own = Subscriber.objects.filter(pk__in=people.residents[habit], zone=zone)
            own.update(digest_at=_clock(due, zone))


def _points(subscriber: Subscriber, channels: set[str], number: int, at: datetime) -> list[ContactPoint]:
    addresses = {"sms": f"+1365{2_000_000 + number}", "email": f"resident-{number}@chaos.example"}
    return [
        ContactPoint(subscriber=subscriber, channel=channel, address=addresses[channel], verified_at=at)
        for channel in sorted(channels)
    ]


def _somewhere(chance: Random) -> Point:
    """At an even rate within the largest circle that is told."""
    way, direction = WITHIN_M * sqrt(chance.random()), 2 * pi * chance.random()
    lon, lat = KING_AND_BAY
    north, east = way * cos(direction), way * sin(direction)
    return Point(
        lon + east / (METRES_PER_DEGREE * cos(radians(lat))), lat + north / METRES_PER_DEGREE, srid=4326
    )


def _clock(at: datetime, zone: str) -> time:
    """What a clock there shows, to the second."""
    return at.astimezone(ZoneInfo(zone or settings.TIME_ZONE)).time().replace(microsecond=0)


def _leave(at: datetime) -> tuple[int, tuple[int, int]]:
    """Of the partner that READER belongs to: one is away and nobody is told, for another a colleague hears it."""
    reader = Membership.objects.get(user__email="corin@cityalert.example")
    absence = Absence.objects.select_related("membership__user").get(stand_in=reader)
    told = Membership.objects.valid(at).filter(partner=reader.partner_id, site=None).select_related("user")
    colleagues: Sequence[Membership] = list(
        told.exclude(pk__in=[reader.pk, absence.membership_id]).order_by("pk")
    )
    away = colleagues[0]
    Absence.objects.update_or_create(
        membership=away,
        defaults={
            "partner_id": reader.partner_id, "begins_at": at - timedelta(days=1), "ends_at": at + timedelta(days=9),
        },
    )  # fmt: skip
    whose = [Subscriber.objects.get(user=one.user_id).pk for one in (away, absence.membership, reader)]
    return whose[0], (whose[1], whose[2])
