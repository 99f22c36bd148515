"""Looking in the directory, which is a write: every look-up counts. And what partners and staff change in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.agreements import queries as agreements
from cityalert.agreements.rules import Act
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.directory import alarms, budget, queries
from cityalert.directory.alarms import Kind, Look, Reason
from cityalert.directory.models import Alarm, Contact, Entry, Liaison, Lookup
from cityalert.directory.queries import Listing
from cityalert.directory.search import PAGES, Hit, Query, find
from cityalert.geo.models import Zone
from cityalert.lib import tenancy, words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor, Staff
from partners.models import Membership, Partner
from partners.roles import Permission

# One person's look-ups wait for one another, so that two at once cannot both be the last.
_LOCK = 0x44495245  # "DIRE"
MAX_CONTACTS = 5


class Paused(Refusal):
    """An alarm stands: those who run the installation look first."""

    code = "directory_paused"
    status = 403
    sentence = _(
        "The directory is closed to you for now. The network's administrator was told and will be in touch. "
        "Alerts reach you as before."
    )


class TooVague(Refusal):
    """A list of everybody is not an answer."""

    code = "directory_too_vague"
    status = 422
    sentence = _(
        "Write at least three letters of a name, or a place. A kind alone would be a list of everybody."
    )


class MayNotPublishEntry(Refusal):
    """The actor belongs to the partner, but does not manage it."""

    code = "may_not_publish_entry"
    status = 403
    sentence = _("Only an owner or administrator can change what the directory shows.")


class NoLiaison(Refusal):
    """Liaison officers are the police's own, for a division."""

    code = "no_liaison"
    status = 422
    sentence = _("Choose one of your members and a division; each only once.")


def search(actor: Actor, query: Query, *, at: datetime) -> list[Hit]:
    """Partners that may be meant; one more than a page if there is another. Counts even when it is refused."""
    looked = _look(actor, Kind.SEARCH, at, words=query.text, page=query.page)
    if not query.is_enough or not 1 <= query.page <= PAGES:
        _found(actor, looked, 0, at)
        raise TooVague
    hits = find(query, at)
    _found(actor, looked, len(hits), at)
    return hits


def open_partner(actor: Actor, partner_id: UUID, *, at: datetime) -> Listing:
    """A partner's page. One that is not there counts as well: guessing is looking."""
    _look(actor, Kind.OPEN, at, target=partner_id)
    return queries.listing(queries.listed(partner_id), at)


def show_contact(actor: Actor, partner_id: UUID, contact_id: int, *, at: datetime) -> Contact:
    """A published number."""
    _look(actor, Kind.CONTACT, at, target=partner_id)
    return queries.contact(queries.listed(partner_id), contact_id)


def find_liaisons(actor: Actor, zone_id: UUID, *, at: datetime) -> list[Liaison]:
    """The liaison officers of a division."""
    _look(actor, Kind.LIAISON, at, target=zone_id)
    return queries.liaisons(zone_id, at)


@transaction.atomic
def publish_entry(
    actor: Actor, values: Mapping[str, Any], contacts: Sequence[Mapping[str, str]], *, at: datetime
) -> Entry:
    """Say what others may see: `is_listed`, `about`, `shows_sites`, and whom to ask for what."""
    _check_may_manage(actor)
    entry, _is_new = Entry.objects.update_or_create(
        partner=actor.partner,
        defaults={
            "is_listed": values["is_listed"],
            "about": words.line(values["about"]),
            "shows_sites": values["shows_sites"],
        },
    )
    Contact.objects.filter(partner=actor.partner).delete()
    Contact.objects.bulk_create(
        Contact(partner=actor.partner, position=position, **contact)
        for position, contact in enumerate(contacts[:MAX_CONTACTS], start=1)
    )
    record(Verb.DIRECTORY_ENTRY, actor, actor.partner, at=at, listed=entry.is_listed, contacts=len(contacts))
    return entry


@transaction.atomic
def name_liaison(actor: Actor, membership: Membership, zone: Zone, phone: str, *, at: datetime) -> Liaison:
    """Make a member of the police the one to ask in a division."""
    _check_may_manage(actor)
    is_ours = membership.partner_id == actor.partner_id and actor.partner.kind == Partner.Kind.POLICE
    if not is_ours or zone.kind != Zone.Kind.DIVISION:
        raise NoLiaison
    try:
        with transaction.atomic():
            liaison = Liaison.objects.create(
                partner=actor.partner, membership=membership, zone=zone, phone=phone
            )
    except IntegrityError as error:
        raise NoLiaison from error
    record(Verb.LIAISON_NAMED, actor, liaison, at=at, member=membership.user_id, zone=zone.pk)
    return liaison


@transaction.atomic
def remove_liaison(actor: Actor, liaison_id: int, *, at: datetime) -> None:
    """They are not the one to ask any more."""
    found = queries.own_liaisons(actor).filter(pk=liaison_id).first()
    if found is None:
        raise NotThere
    _check_may_manage(actor)
    found.delete()
    found.pk = liaison_id
    record(Verb.LIAISON_REMOVED, actor, found, at=at, member=found.membership.user_id, zone=found.zone_id)


@transaction.atomic
def lift(staff: Staff, alarm_id: int, note: str, *, at: datetime) -> Alarm:
    """Open the directory to somebody again, and say why. Again changes nothing."""
    alarm = Alarm.objects.select_for_update().filter(pk=alarm_id).first()
    if alarm is None:
        raise NotThere
    if alarm.lifted_at is None:
        alarm.lifted_at, alarm.lifted_by, alarm.note = at, staff.user, words.line(note)[:300]
        alarm.save(update_fields=["lifted_at", "lifted_by", "note"])
        record(Verb.DIRECTORY_ALARM_LIFTED, staff, alarm, at=at, person=alarm.user_id)
    return alarm


@transaction.atomic
def _look(actor: Actor, kind: Kind, at: datetime, **what: Any) -> Lookup:
    """Count a look-up, or refuse it; raise the alarm if it is one too many of its sort."""
    agreements.check(actor.partner, Act.DIRECTORY, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, actor.user_id])
    if queries.open_alarm(actor) is not None:
        raise Paused
    if not budget.left(actor, at).left:
        raise budget.BudgetSpent
    looked = Lookup.objects.create(user=actor.user, partner=actor.partner, at=at, kind=kind, **what)
    is_canary = kind in (Kind.OPEN, Kind.CONTACT) and queries.is_canary(what["target"])
    if why := Reason.CANARY if is_canary else alarms.reason(_last_looks(actor, at)):
        _alarm(actor, why, at)
    return looked


@transaction.atomic
def _found(actor: Actor, looked: Lookup, found: int, at: datetime) -> None:
    looked.found = found
    looked.save(update_fields=["found"])
    if found == 0 and queries.open_alarm(actor) is None and (why := alarms.reason(_last_looks(actor, at))):
        _alarm(actor, why, at)


def _last_looks(actor: Actor, at: datetime) -> list[Look]:
    """The person's look-ups of the last hour, since the last alarm was lifted: what was forgiven is not counted."""
    since = at - alarms.WINDOW
    lifted = Alarm.objects.filter(user=actor.user, lifted_at__gt=since).order_by("-lifted_at").first()
    if lifted is not None and lifted.lifted_at is not None:
        since = lifted.lifted_at
    mine = Lookup.objects.filter(user=actor.user, at__gt=since, at__lte=at).order_by("at", "pk")
    return [Look(*row) for row in mine.values_list("kind", "target", "words", "page", "found")]


def _alarm(actor: Actor, why: Reason, at: datetime) -> None:
    alarm = Alarm.objects.create(user=actor.user, partner=actor.partner, reason=why, raised_at=at)
    context = {"person": actor.user_name, "partner": actor.partner.name, "why": why.label}
    with tenancy.across("telling those who run the installation"):
        staff = list(User.objects.filter(is_staff=True, is_active=True).values_list("email", "language"))
    for email, language in staff:
        letters.post("directory/mail/alarm", email, Language(language), context, at=at)
    record(Verb.DIRECTORY_ALARM, actor, alarm, at=at, reason=why)


def _check_may_manage(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE):
        raise MayNotPublishEntry
