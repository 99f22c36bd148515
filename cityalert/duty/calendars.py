"""Duty in people's own calendars: a member's feed at an address of their own, and the rota of a partner as a file."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.duty import queries, rotation
from cityalert.duty.models import Calendar
from cityalert.duty.rotation import Shift
from cityalert.lib import ical, tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Membership

# What was last week is looked up; further ahead than eight weeks nobody plans, and it would change.
BACK, AHEAD = timedelta(days=7), timedelta(days=56)


@dataclass(frozen=True)
class Event:
    """Something from one moment to another; `key` is the same whenever it is told again."""

    key: str
    summary: str
    begins_at: datetime
    ends_at: datetime


def own(actor: Actor) -> Calendar | None:
    """The actor's feed, if they have one."""
    return Calendar.objects.filter(membership=actor.membership).first()


@transaction.atomic
def open_(actor: Actor, *, at: datetime) -> str:
    """A new address for the actor's feed, never seen again: its secret. The one before opens nothing any more."""
    secret = secrets.token_urlsafe(24)
    said = {"partner": actor.partner, "digest": _digest(secret), "made_at": at}
    calendar, _is_new = Calendar.objects.update_or_create(membership=actor.membership, defaults=said)
    record(Verb.DUTY_CALENDAR_MADE, actor, calendar, at=at)
    return secret


@transaction.atomic
def close(actor: Actor, *, at: datetime) -> None:
    """The address opens nothing any more. Again changes nothing."""
    calendar = Calendar.objects.select_for_update().filter(membership=actor.membership).first()
    if calendar:
        record(Verb.DUTY_CALENDAR_STOPPED, actor, calendar, at=at)
        calendar.delete()


@tenancy.across("the address of a calendar says whose it is")
def of_address(secret: str, *, at: datetime) -> bytes:
    """The duty of whoever made this address, in their language. Raises NotThere, also once they are no member."""
    held = Calendar.objects.filter(digest=_digest(secret), partner__is_active=True).first()
    members = Membership.objects.valid(at).select_related("user", "partner")
    member = members.filter(pk=held.membership_id).first() if held else None
    if member is None:
        raise NotThere
    with translation.override(member.user.language):
        said = _("On duty: %(partner)s") % {"partner": member.partner.name}
        shifts = _shifts(member, at)
        events = [
            Event(f"{member.pk}-{one.begins_at:%Y%m%dT%H%M}", said, one.begins_at, one.ends_at)
            for one in joined(one for one in shifts if member.pk in one.people)
        ]
        return _calendar(said, events, at)


def rota(actor: Actor, *, at: datetime) -> bytes:
    """Who of the actor's partner is on duty when, with the times in which nobody is."""
    names = {one.pk: one.user.name for one in queries.roster(actor, at)}
    title = _("Duty of %(partner)s") % {"partner": actor.partner.name}
    events = [
        Event(
            f"{actor.partner_id}-{one.begins_at:%Y%m%dT%H%M}",
            ", ".join(sorted(names[person] for person in one.people & names.keys()))
            or _("Nobody is on duty"),
            one.begins_at,
            one.ends_at,
        )
        for one in _shifts(actor.membership, at)
    ]
    return _calendar(title, events, at)


def joined(shifts: Iterable[Shift]) -> Iterator[Shift]:
    """Somebody's shifts: where others come and go beside them, it is one."""
    held: Shift | None = None
    for shift in shifts:
        if held and held.ends_at == shift.begins_at:
            held = Shift(held.begins_at, shift.ends_at, held.people)
        else:
            if held:
                yield held
            held = shift
    if held:
        yield held


def _shifts(member: Membership, at: datetime) -> list[Shift]:
    """From whole days on, so that what began before is told with the same moments the next time."""
    first = (at - BACK).replace(hour=0, minute=0, second=0, microsecond=0)
    schedule = queries.schedule_of(member.partner_id, first - rotation.BEFORE)
    return rotation.shifts(schedule, first, first + BACK + AHEAD) if schedule.says_anything else []


def _calendar(name: str, events: Iterable[Event], at: datetime) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CityAlert//Duty//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{ical.escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    host = urlsplit(settings.PUBLIC_URL).hostname or "cityalert"
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{ical.escaped(event.key)}@{host}",
            f"DTSTAMP:{ical.moment(at)}",
            f"DTSTART:{ical.moment(event.begins_at)}",
            f"DTEND:{ical.moment(event.ends_at)}",
            f"SUMMARY:{ical.escaped(event.summary)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return ical.written([*lines, "END:VCALENDAR"])


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
