"""Events in people's own calendars: a member's feed at an address of their own.

What may not leave the organisation stands in it without its name, with a link to the page.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.dossiers import queries
from cityalert.dossiers.marking import may_stand_in_a_calendar
from cityalert.dossiers.models import Calendar, Dossier
from cityalert.lib import ical, tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Membership
from partners.queries import actor_for

BACK, AHEAD = timedelta(days=30), timedelta(days=365)


def own(actor: Actor) -> Calendar | None:
    """The actor's feed, if they have one."""
    return Calendar.objects.filter(membership=actor.membership).first()


@transaction.atomic
def open_(actor: Actor, *, at: datetime) -> str:
    """A new address for the actor's feed, never seen again: its secret. The one before opens nothing any more."""
    secret = secrets.token_urlsafe(24)
    said = {"partner": actor.partner, "digest": _digest(secret), "made_at": at}
    calendar, _is_new = Calendar.objects.update_or_create(membership=actor.membership, defaults=said)
    record(Verb.EVENT_CALENDAR_MADE, actor, calendar, at=at)
    return secret


@transaction.atomic
def close(actor: Actor, *, at: datetime) -> None:
    """The address opens nothing any more. Again changes nothing."""
    calendar = Calendar.objects.select_for_update().filter(membership=actor.membership).first()
    if calendar:
        record(Verb.EVENT_CALENDAR_STOPPED, actor, calendar, at=at)
        calendar.delete()


def of_address(secret: str, *, at: datetime) -> bytes:
    """The events of whoever made this address, in their language. Raises NotThere, also once they are no member."""
    actor = _whose(secret, at)
    if actor is None:
        raise NotThere
    with tenancy.acting(partner_id=actor.partner_id, person_id=actor.user_id):
        dossiers = queries.between(actor, at - BACK, at + AHEAD)
    with translation.override(actor.language.value):
        return ical.written(_lines(actor, dossiers, at))


@tenancy.across("the address of a calendar says whose it is")
def _whose(secret: str, at: datetime) -> Actor | None:
    held = Calendar.objects.filter(digest=_digest(secret), partner__is_active=True).first()
    members = Membership.objects.valid(at).select_related("user", "partner")
    member = members.filter(pk=held.membership_id).first() if held else None
    return actor_for(member.user, membership_id=member.pk, at=at) if member else None


def _lines(actor: Actor, dossiers: Iterable[Dossier], at: datetime) -> Iterator[str]:
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CityAlert//Events//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{ical.escaped(_('Events of %(partner)s') % {'partner': actor.partner.name})}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    )
    host = urlsplit(settings.PUBLIC_URL).hostname or "cityalert"
    for one in dossiers:
        link = settings.PUBLIC_URL + reverse("dossiers:detail", args=[one.pk])
        yield from (
            "BEGIN:VEVENT",
            f"UID:{one.pk}@{host}",
            f"DTSTAMP:{ical.moment(at)}",
            f"DTSTART:{ical.moment(one.begins_at)}",
            f"DTEND:{ical.moment(one.ends_at)}",
            *_said(actor, one),
            f"URL:{link}",
            "END:VEVENT",
        )
    yield "END:VCALENDAR"


def _said(actor: Actor, dossier: Dossier) -> Iterator[str]:
    is_named = may_stand_in_a_calendar(actor, dossier)
    said = dossier.title if is_named else _("An event: look in CityAlert")
    yield f"SUMMARY:{ical.escaped(f'[TLP:{dossier.tlp}] {said}')}"
    if is_named and dossier.venue:
        yield f"LOCATION:{ical.escaped(dossier.venue)}"


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
