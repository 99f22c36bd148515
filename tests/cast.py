"""The people every test tells its story with, in a small world around King and Bay. Otto is far outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from cityalert.accounts import demo
from cityalert.accounts.models import User
from cityalert.agreements import wording
from cityalert.agreements.models import Agreement, Signing
from cityalert.agreements.rules import Kind
from cityalert.geo.models import Zone
from cityalert.lib.language import Language
from cityalert.subscriptions.models import ContactPoint, Subscriber, WatchArea
from partners.actor import Actor
from partners.grants import apply_roles
from partners.models import Membership, Partner, Site
from partners.queries import actor_for
from partners.roles import Role, needs_second_factor
from tests.replay import Replay

# Everybody joined long before any test begins.
JOINED_AT = datetime(2025, 1, 1, tzinfo=UTC)
PASSWORD = "toronto-everybody-2026"

KING_AND_BAY = (-79.3815, 43.6487)


def rectangle(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as the area editor says it."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"shapes": [{"type": "Polygon", "coordinates": [ring]}], "zones": []}


# What somebody draws. Everybody's site but Otto's lies in DOWNTOWN, only Otto's in FAR_AWAY, none in EMPTY.
DOWNTOWN = rectangle(-79.392, 43.6425, -79.373, 43.6555)
FAR_AWAY = rectangle(-79.19, 43.79, -79.15, 43.82)
EMPTY = rectangle(-79.50, 43.60, -79.49, 43.61)
CITY = (-79.64, 43.58, -79.11, 43.86)

# first name: name, partner, role, language
PEOPLE: dict[str, tuple[str, str, Role, Language]] = {
    "avery": ("Avery Chen", "police", Role.PUBLISHER, Language.EN),
    "sam": ("Sam Okafor", "police", Role.APPROVER, Language.EN),
    "corin": ("Corin Walsh", "tower", Role.OPERATOR, Language.EN),
    "vera": ("Vera Kovács", "arena", Role.OPERATOR, Language.EN),
    "bao": ("Bao Nguyen", "bia", Role.ADMINISTRATOR, Language.EN),
    "noor": ("Noor Haddad", "school", Role.OPERATOR, Language.FR),
    "pim": ("Pim de Vries", "city", Role.ANALYST, Language.EN),
    "nadia": ("Nadia Rahman", "city", Role.ADMINISTRATOR, Language.EN),
    "otto": ("Otto Brandt", "outside", Role.OPERATOR, Language.EN),
}

# partner: kind, name, short name, its site, lon, lat
PARTNERS: dict[str, tuple[Partner.Kind, str, str, str, float, float]] = {
    "police": (Partner.Kind.POLICE, "Toronto Police Service", "TPS", "52 Division", -79.3893, 43.6544),
    "tower": (Partner.Kind.CORPORATE, "King Bay Tower", "King Bay", "King Bay Tower", *KING_AND_BAY),
    "arena": (Partner.Kind.VENUE, "Lakeside Arena", "Arena", "Lakeside Arena", -79.3791, 43.6435),
    "bia": (Partner.Kind.BIA, "Financial District BIA", "FD BIA", "BIA office", -79.3800, 43.6480),
    "school": (Partner.Kind.SCHOOL, "Simcoe Street School", "Simcoe St", "School", -79.3868, 43.6480),
    "city": (Partner.Kind.MUNICIPAL, "City of Toronto", "City", "City Hall", -79.3841, 43.6534),
    "outside": (Partner.Kind.CORPORATE, "Rouge Valley Mall", "Rouge", "Rouge Valley Mall", -79.17, 43.805),
}


@dataclass
class Person:
    """Somebody in a test, and all that is theirs. Rosa has no account: no user, no partner."""

    email: str
    phone: str
    subscriber: Subscriber
    _user: User | None = None
    _membership: Membership | None = None

    @property
    def user(self) -> User:
        """Their account."""
        assert self._user is not None
        return self._user

    @property
    def membership(self) -> Membership:
        """For whom they act, and as what."""
        assert self._membership is not None
        return self._membership

    @property
    def partner(self) -> Partner:
        """For whom they act."""
        return self.membership.partner

    @property
    def site(self) -> Site:
        """Where their partner is."""
        return self.partner.sites.get()

    def actor(self, at: datetime) -> Actor:
        """They, acting for their partner at a moment."""
        actor = actor_for(self.user, at=at)
        assert actor is not None
        return actor

    def contact_point(self, channel: str) -> ContactPoint:
        """How they are reached by a channel."""
        return self.subscriber.contact_points.get(channel=channel)


@dataclass
class Cast:
    """The people, by first name; iterating gives the members."""

    avery: Person  # police, writes and publishes
    sam: Person  # police, approves
    corin: Person  # security desk of a tower at King and Bay
    vera: Person  # control room of an arena
    bao: Person  # runs a business improvement area
    noor: Person  # a school; reads French
    pim: Person  # city analyst; not told unless analysts are named
    nadia: Person  # runs the installation, superuser
    otto: Person  # far outside: gets nothing
    rosa: Person  # a resident near King and Bay
    partners: dict[str, Partner] = field(repr=False)
    zone: Zone = field(repr=False)

    def __iter__(self) -> Iterator[Person]:
        people = (getattr(self, f.name) for f in fields(self))
        return iter(p for p in people if isinstance(p, Person) and p._user is not None)

    def join(self, first_name: str, partner: Partner, role: Role = Role.OPERATOR, **more: Any) -> Person:
        """One more member, reachable like the others; `more` is the membership's (`call_order=2`, `site=…`)."""
        number = 20 + User.objects.count()
        user = User.objects.create(email=address(first_name), name=first_name.title(), password=hashed())
        membership = Membership.objects.create(
            user=user, partner=partner, role=role, valid_from=JOINED_AT, **more
        )
        apply_roles(Membership.objects.filter(pk=membership.pk))
        subscriber = Subscriber.objects.create(user=user)
        ContactPoint.objects.bulk_create(_reachable(subscriber, user.email, phone(number)))
        return Person(user.email, phone(number), subscriber, user, membership)


def address(first_name: str) -> str:
    """Somebody's e-mail address, in a domain that cannot exist."""
    return f"{first_name}@cityalert.example"


def phone(number: int) -> str:
    """One of the hundred telephone numbers that belong to fiction."""
    return f"+1416555{100 + number:04}"


@cache
def hashed() -> str:
    """Everybody's password, hashed once for the whole run: hashing is slow on purpose."""
    return make_password(PASSWORD)


def assemble() -> Cast:
    """Write the cast and its world to the database. In the whole run everybody keeps their keys."""
    cast: Cast = _once()
    return cast


def _assemble() -> Cast:
    partners = _partners()
    people = _people(partners)
    _agreements(partners, people["nadia"].user)
    zone = Zone.objects.create(kind=Zone.Kind.BIA, name="Financial District", area=_area(DOWNTOWN))
    return Cast(**people, rosa=_rosa(), partners=partners, zone=zone)


_once = Replay(_assemble)


def _area(value: dict[str, Any]) -> MultiPolygon:
    return MultiPolygon(*(Polygon(*shape["coordinates"]) for shape in value["shapes"]), srid=4326)


def _partners() -> dict[str, Partner]:
    partners = {
        key: Partner(kind=kind, name=name, short_name=short)
        for key, (kind, name, short, _site, _lon, _lat) in PARTNERS.items()
    }
    partners["police"].jurisdiction = MultiPolygon(Polygon.from_bbox(CITY), srid=4326)
    partners["police"].may_alert_public = True
    partners["bia"].jurisdiction = _area(DOWNTOWN)
    Partner.objects.bulk_create(partners.values())
    Site.objects.bulk_create(
        Site(partner=partners[key], name=site, location=Point(lon, lat, srid=4326))
        for key, (_kind, _name, _short, site, lon, lat) in PARTNERS.items()
    )
    return partners


def _agreements(partners: dict[str, Partner], network: User) -> None:
    """Everybody has signed everything, long ago and for long."""
    agreements = [
        Agreement(
            kind=kind, version=1, text_en=f"{kind}: we agree.", text_fr=f"{kind} : nous sommes d’accord.",
            sha256=wording.digest(f"{kind}: we agree.", f"{kind} : nous sommes d’accord."),
            valid_months=120, required_from=JOINED_AT, published_at=JOINED_AT, published_by=network,
        )
        for kind in Kind
    ]  # fmt: skip
    Agreement.objects.bulk_create(agreements)
    Signing.objects.bulk_create(
        Signing(
            agreement=agreement, kind=agreement.kind, partner=partner, sha256=agreement.sha256,
            signed_at=JOINED_AT, signer_name="Whoever signed", signer_role="Director",
            countersigned_at=JOINED_AT, countersigned_by=network, countersigner_name=network.name,
            countersigner_role="Network administrator", expires_at=wording.months_after(JOINED_AT, 120),
        )
        for agreement in agreements
        for partner in partners.values()
    )  # fmt: skip


def _people(partners: dict[str, Partner]) -> dict[str, Person]:
    users = {
        first_name: User(
            email=address(first_name), name=name, language=language, password=hashed(),
            is_superuser=first_name == "nadia", is_staff=first_name == "nadia",
        )
        for first_name, (name, _partner, _role, language) in PEOPLE.items()
    }  # fmt: skip
    User.objects.bulk_create(users.values())
    members = {
        first_name: Membership(user=users[first_name], partner=partners[key], role=role, valid_from=JOINED_AT)
        for first_name, (_name, key, role, _language) in PEOPLE.items()
    }
    Membership.objects.bulk_create(members.values())
    apply_roles(Membership.objects.all())
    subscribers = {name: Subscriber(user=user, language=user.language) for name, user in users.items()}
    Subscriber.objects.bulk_create(subscribers.values())
    people = {
        name: Person(user.email, phone(number), subscribers[name], user, members[name])
        for number, (name, user) in enumerate(users.items(), start=1)
    }
    ContactPoint.objects.bulk_create(
        point
        for person in people.values()
        for point in _reachable(person.subscriber, person.email, person.phone)
    )
    for person in people.values():
        if needs_second_factor(Role(person.membership.role)):
            demo.enrol(person.user)
    return people


def _rosa() -> Person:
    subscriber = Subscriber.objects.create(language=Language.EN)
    number = phone(10)
    ContactPoint.objects.create(
        subscriber=subscriber, channel=ContactPoint.Channel.SMS, address=number, verified_at=JOINED_AT
    )
    WatchArea.objects.create(subscriber=subscriber, label="Home", area=Point(-79.3822, 43.6492, srid=4326))
    return Person(address("rosa"), number, subscriber)


def _reachable(subscriber: Subscriber, email: str, number: str) -> list[ContactPoint]:
    channels = {ContactPoint.Channel.SMS: number, ContactPoint.Channel.EMAIL: email}
    return [
        ContactPoint(subscriber=subscriber, channel=channel, address=to, verified_at=JOINED_AT)
        for channel, to in channels.items()
    ]
