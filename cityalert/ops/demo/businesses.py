"""The members of the Financial District BIA: 300 businesses, some stale, lapsed, unreachable or written down twice."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

from cityalert.businesses import storing
from cityalert.businesses.models import Business, CustomField, Function, Seat
from cityalert.businesses.records import Record, tidy
from cityalert.businesses.storing import Wanted
from cityalert.ops.demo.city import METRES_PER_DEGREE
from cityalert.ops.demo.identity import chance, uid
from cityalert.ops.demo.people import MEMBERS, numbers
from cityalert.ops.demo.residents import RESIDENTS
from partners.models import Partner

BIA, COUNT, DOUBLES = "fd-bia", 300, 8
_CENTRE = (-79.3812, 43.6483)
_STREETS = (
    "King St W",
    "Bay St",
    "Adelaide St W",
    "Richmond St W",
    "York St",
    "Wellington St W",
    "Front St W",
    "Yonge St",
)
_WHOSE = ("Lakeview", "Union", "Commerce Court", "Old Exchange", "Maple", "Harbour", "First", "Bay", "King",
          "Temperance", "Cloud", "Melinda", "Jordan", "Granite", "Copper", "Wren", "Juniper", "Northern", "Dominion",
          "Queen's")  # fmt: skip
_KINDS = (
    ("Coffee", "Food", "food; patio"), ("Bakery", "Food", "food"), ("Grill", "Food", "food; evening; patio"),
    ("Noodle Bar", "Food", "food; evening"), ("Books", "Retail", "retail"), ("Optical", "Retail", "retail"),
    ("Tailors", "Retail", "retail"), ("Pharmacy", "Retail", "retail; health"), ("Dental", "Services", "health"),
    ("Law", "Offices", "office"), ("Capital", "Offices", "office; tower"), ("Insurance", "Offices", "office; tower"),
    ("Hotel", "Hospitality", "hotel; evening; tower"), ("Fitness", "Services", "evening"),
    ("Courier", "Services", "night"),
)  # fmt: skip
_FIRST = (
    "Ana",
    "Ben",
    "Chloé",
    "Dev",
    "Elif",
    "Farah",
    "Gus",
    "Hana",
    "Ines",
    "Jun",
    "Kofi",
    "Léa",
    "Mei",
    "Noé",
    "Omar",
    "Priya",
)
_LAST = (
    "Abbott",
    "Bélanger",
    "Chen",
    "Dias",
    "Evans",
    "Fortin",
    "Garg",
    "Hughes",
    "Ito",
    "Joshi",
    "Khan",
    "Lévesque",
    "Moreau",
    "Nadeau",
)
_BODIES = {
    "Board of management": (
        "Chair",
        "Vice-chair",
        "Treasurer",
        "Secretary",
        "Director",
        "Director",
        "Director",
    ),
    "Safety committee": ("Chair", "Member", "Member"),
}


def insert(*, at: datetime) -> int:
    """Write them, unless the BIA has businesses already; how many."""
    partner = Partner.objects.get(pk=uid("partner", BIA))
    if partner.businesses.exists():
        return 0
    CustomField.objects.create(partner=partner, key="floor", label="Floor", kind=CustomField.Kind.TEXT)
    CustomField.objects.create(
        partner=partner, key="patio", label="Has a patio", kind=CustomField.Kind.YES_NO
    )
    luck, phones = chance("businesses"), numbers(skip=MEMBERS + RESIDENTS)
    wanted = [_business(partner, n, luck, phones, at) for n in range(COUNT - DOUBLES)]
    wanted += [_double(partner, n, one) for n, one in enumerate(wanted[:: len(wanted) // DOUBLES][:DOUBLES])]
    storing.store(wanted, vouched_at=None, at=at)
    _seats(partner, [one.business for one in wanted], at)
    return len(wanted)


def _business(partner: Partner, n: int, luck: Random, phones: Iterator[str], at: datetime) -> Wanted:
    kind, levy_class, tags = _KINDS[n % len(_KINDS)]
    whose = _WHOSE[n // len(_KINDS)]
    joined = date(2012, 1, 1) + timedelta(days=luck.randrange(4000))
    lapses = at.date() + timedelta(
        days=luck.choices((-40, 30, 200, 320), (7, 9, 40, 44))[0] + luck.randrange(30)
    )
    record: Record = {
        "key": f"FD-{n + 1:04}",
        "name": f"{whose} {kind}",
        "levy_class": levy_class,
        "address": f"{luck.randrange(20, 400)} {luck.choice(_STREETS)}",
        "lon": f"{_CENTRE[0] + luck.uniform(-380, 380) / METRES_PER_DEGREE[0]:.6f}",
        "lat": f"{_CENTRE[1] + luck.uniform(-360, 360) / METRES_PER_DEGREE[1]:.6f}",
        "languages": luck.choice(("en", "en", "en; fr", "en; zh", "en; pt", "en; ko")),
        "tags": tags,
        "joined_on": joined.isoformat(),
        "renewed_on": (lapses - timedelta(days=365)).isoformat(),
        "lapses_on": lapses.isoformat(),
        "custom:floor": luck.choice(("", "Ground", "PATH", "2", "14", "31")),
        "custom:patio": "yes" if "patio" in tags else "",
    }  # fmt: skip
    confirmed: dict[str, str | None] = {}
    for function, odds in (
        (Function.OWNER, 0.93),
        (Function.MANAGER, 0.8),
        (Function.AFTER_HOURS, 0.6),
        (Function.SECURITY, 0.15),
    ):
        if luck.random() < odds:
            record |= _contact(
                function, f"{whose}{kind}".replace(" ", "").replace("'", "").lower(), luck, phones
            )
            days = luck.choices((20, 150, 400, 800, None), (30, 30, 20, 12, 8))[0]
            confirmed[function] = (
                (at - timedelta(days=days + luck.randrange(60))).isoformat() if days else None
            )
    return Wanted(Business(id=uid("business", str(n)), partner=partner), tidy(record), confirmed)


def _contact(function: str, where: str, luck: Random, phones: Iterator[str]) -> Record:
    name = f"{luck.choice(_FIRST)} {luck.choice(_LAST)}"
    number, has = next(phones), luck.random()
    return {
        f"{function}_name": name,
        # Some left nothing by which they could be reached.
        f"{function}_phone": number if has > 0.12 else "",
        f"{function}_email": f"{function.replace('_', '-')}@{where}.example"
        if has < 0.05 or has > 0.25
        else "",
        f"{function}_language": "fr" if luck.random() < 0.15 else "en",
    }


def _double(partner: Partner, n: int, one: Wanted) -> Wanted:
    """The same business, written down a second time by somebody else."""
    name = one.record["name"]
    record = {
        **one.record, "key": "", "name": (f"{name} Inc.", f"The {name}", name.upper(), f"{name} Toronto")[n % 4],
        "manager_name": "", "manager_phone": "", "manager_email": "", "notes": "From the old list",
    }  # fmt: skip
    return Wanted(Business(id=uid("business", f"double {n}"), partner=partner), tidy(record), {})


def _seats(partner: Partner, businesses: list[Business], at: datetime) -> None:
    places = iter(islice(businesses, 3, None, 7))
    Seat.objects.bulk_create(
        Seat(
            partner=partner, body=body, role=role, business=next(places), function=Function.OWNER,
            starts_on=at.date() - timedelta(days=200),
        )
        for body, roles in _BODIES.items()
        for role in roles
    )  # fmt: skip
