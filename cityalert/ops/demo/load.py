"""Loading the demo city: everything in one transaction, and nothing when it is already there."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from cityalert.accounts import demo
from cityalert.accounts.models import User
from cityalert.agreements.models import Agreement, Signing
from cityalert.alerts.areas import SavedArea
from cityalert.alerts.models import SavedAudience
from cityalert.alerts.templates import Template
from cityalert.audit import queries as audit
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses.models import Business
from cityalert.geo.models import Zone
from cityalert.ops.demo import (
    agreements,
    applicants,
    asked,
    audiences,
    businesses,
    city,
    events,
    externals,
    habits,
    history,
    invited,
    listings,
    organisations,
    places,
    premises,
    residents,
    rotas,
    wording,
)  # fmt: skip
from cityalert.ops.demo.identity import SINCE, VERSION, uid
from cityalert.ops.demo.people import SECOND, Member, members
from cityalert.ops.demo.stories import stories
from cityalert.subscriptions.models import ContactPoint, Subscriber, WatchArea
from partners.grants import apply_roles
from partners.models import Keyholder, Membership, Partner, Site
from partners.roles import needs_second_factor
from partners.sharing import Participant

Say = Callable[[str], None]


def load(say: Say, *, at: datetime) -> bool:
    """Load or update the demo city; False when this version of it was there already."""
    if is_loaded():
        return False
    with transaction.atomic():
        _ground(say)
        _network(say)
        _agreements(say, at)
        _everybody(say)
        _directory(say, at)
        invited.insert(at=at)
        if not Subscriber.objects.filter(user=None).exists():
            residents.insert()
            say(f"{residents.RESIDENTS:,} residents")
        _learn()
        residents.agree()
        habits.write(at)
        if members_of := businesses.insert(at=at):
            say(f"{members_of} businesses of a BIA")
            _learn()
        asked.insert(at=at)
        _applicants(say, at)
        if came := externals.load(at=at):
            say(f"{came} alerts of others")
        wording.put(at=at)
        Template.objects.bulk_create(places.templates(), ignore_conflicts=True)
        SavedArea.objects.bulk_create(places.areas(), ignore_conflicts=True)
        SavedAudience.objects.bulk_create(audiences.saved(), ignore_conflicts=True)
        say(f"{history.tell(stories, at=at)} alerts of the last three days")
        if events.put(at=at):
            say("an event with its dossier")
        record(Verb.DEMO_LOADED, None, _city(), at=at, version=VERSION)
    return True


def is_loaded() -> bool:
    """Does the audit log say that this version was loaded?"""
    loaded = audit.timeline(_city()).filter(verb=Verb.DEMO_LOADED).last()
    return loaded is not None and loaded.facts["version"] == VERSION


def _city() -> Zone:
    return Zone(id=uid("zone city", "Toronto"))


def _learn() -> None:
    """Let the planner know how much was written: without it some of what follows goes through all rows for each."""
    with connection.cursor() as cursor:
        for model in (User, Membership, Partner, Site, Subscriber, ContactPoint, WatchArea, Business):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _put(rows: Iterable[models.Model], *unique: str) -> None:
    """Write rows, or bring those that are there up to date."""
    rows = list(rows)
    model: Any = type(rows[0])
    fields = [f.name for f in model._meta.concrete_fields if f.name not in {*unique, "id", "created_at"}]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=fields)


def _ground(say: Say) -> None:
    zones, named = city.zones(), city.places()
    _put(zones, "id")
    _put(named, "name")
    say(f"{len(zones)} zones, {len(named)} places")


def _network(say: Say) -> None:
    partners, sites = organisations.partners(city.zones()), organisations.sites()
    groups = organisations.groups()
    _put(partners.values(), "id")
    _put(sites, "id")
    Keyholder.objects.bulk_create(premises.keyholders(sites), ignore_conflicts=True)
    _put(groups, "id")
    Participant.objects.bulk_create(organisations.participants(), ignore_conflicts=True)
    say(f"{len(partners)} partners with {len(sites)} sites in {len(groups)} sharing groups")


def _agreements(say: Say, at: datetime) -> None:
    """Only what is missing: a text is never changed, and a signature stays as it is."""
    texts = agreements.agreements()
    signed = agreements.signings(texts, at=at)
    Agreement.objects.bulk_create(texts, ignore_conflicts=True)
    Signing.objects.bulk_create(signed, ignore_conflicts=True)
    say(f"{len(texts)} agreements with {len(signed)} signatures")


def _directory(say: Say, at: datetime) -> None:
    """Only what is missing: what a partner says of itself stays as it says it."""
    listings.publish(Partner.objects.filter(is_active=True))
    listings.write_rosters(at)
    rotas.write(at)
    named = listings.name_liaisons(at)
    listings.release_canaries()
    say(f"{named} liaison officers in the directory")


def _applicants(say: Say, at: datetime) -> None:
    texts = list(Agreement.objects.filter(version=1))
    staff = User.objects.get(email="nadia@cityalert.example")
    say(f"{applicants.load(texts, staff, at=at)} applications")


def _everybody(say: Say) -> None:
    """Only whoever is missing: what somebody changed about the others stays."""
    there = set(User.objects.values_list("email", flat=True))
    missing = [member for member in members() if member.email not in there]
    if not missing:
        return
    passwords = _passwords()
    users = [_user(member, passwords) for member in missing]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(_membership(m, u) for m, u in zip(missing, users, strict=True))
    _second()
    apply_roles(Membership.objects.filter(user__in=users))
    _subscribe(missing, users)
    for member, user in zip(missing, users, strict=True):
        if member.is_cast and (needs_second_factor(member.role) or member.is_superuser):
            demo.enrol(user)
    say(f"{len(missing)} members")


def _user(member: Member, passwords: dict[str, str]) -> User:
    return User(
        email=member.email, name=member.name, language=member.language,
        # Only those one is meant to sign in as have a password.
        password=passwords[member.email] if member.is_cast else make_password(None),
        is_superuser=member.is_superuser, is_staff=member.is_superuser,
    )  # fmt: skip


def _passwords() -> dict[str, str]:
    """Hashing is slow on purpose, and leaves Python's lock: side by side it takes half as long."""
    with ThreadPoolExecutor() as pool:
        return dict(pool.map(lambda account: (account.email, make_password(account.password)), demo.ACCOUNTS))


def _membership(member: Member, user: User) -> Membership:
    site = uid("site", f"{member.partner}/{member.site}") if member.site else None
    return Membership(
        user=user, partner_id=uid("partner", member.partner), role=member.role, unit=member.unit,
        site_id=site, call_order=member.call_order, valid_from=SINCE,
    )  # fmt: skip


def _second() -> None:
    people = {
        one.email.split("@")[0]: one for one in User.objects.filter(email__endswith="@cityalert.example")
    }
    Membership.objects.bulk_create(
        [
            Membership(
                user=people[name], partner_id=uid("partner", partner), role=role, unit=unit, valid_from=SINCE
            )
            for name, partner, role, unit in SECOND
        ],
        ignore_conflicts=True,
    )


def _subscribe(missing: list[Member], users: list[User]) -> None:
    subscribers = Subscriber.objects.bulk_create(Subscriber(user=u, language=u.language) for u in users)
    ContactPoint.objects.bulk_create(
        ContactPoint(
            subscriber=subscriber,
            channel=contact.channel,
            address=contact.address,
            verified_at=None if contact.state == "unverified" else SINCE,
            stopped_at=SINCE if contact.state == "stopped" else None,
            gone_at=SINCE if contact.state == "gone" else None,
        )
        for member, subscriber in zip(missing, subscribers, strict=True)
        for contact in member.contacts
    )
