"""What the demo city's partners publish in the directory, the police's liaison officers, and two canaries."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.gis.geos import Point

from cityalert.directory.models import Canary, Contact, Entry, Liaison
from cityalert.duty import hours
from cityalert.duty.models import Hours
from cityalert.geo.models import Zone
from cityalert.ops.demo.identity import chance, uid
from partners.models import Membership, Partner, Site
from partners.sectors import Sector

_ABOUT = {
    Partner.Kind.POLICE: "Call 911 in an emergency. Liaison officers are named by division.",
    Partner.Kind.BIA: "Passes alerts on to its member businesses.",
    Partner.Kind.TRANSIT: "Control centre day and night.",
}
_BY_DAY = {day: [["07:00", "19:00"]] for day in range(7)}
_SHIFTS = {
    "Day desk": _BY_DAY,
    "Night desk": {day: [["19:00", "07:00"]] for day in range(7)},
    "Control room": {day: [["00:00", "24:00"]] for day in range(7)},
    "Patrol": {4: [["20:00", "04:00"]], 5: [["20:00", "04:00"]]},
}
# name, short name, site's address, longitude, latitude: nobody has a reason to look for them
_CANARIES = (
    ("Harrow and Pell Custody Services", "Harrow Pell", "181 University Ave", -79.3855, 43.6497),
    ("Quayside Records Storage", "Quayside", "12 Queens Quay E", -79.3745, 43.6418),
)


def publish(partners: Iterable[Partner]) -> None:
    """An entry and contacts for each partner; one in fifteen does not want to be found."""
    partners = list(partners)
    entries, contacts = [], []
    for partner in partners:
        dice = chance(f"listing {partner.name}")
        is_police = partner.kind == Partner.Kind.POLICE
        entries.append(
            Entry(
                partner=partner,
                is_listed=is_police or dice.random() > 1 / 15,
                about=_ABOUT.get(Partner.Kind(partner.kind), ""),
            )
        )
        contacts += _contacts(partner)
    Entry.objects.bulk_create(entries, ignore_conflicts=True)
    Contact.objects.bulk_create(contacts, ignore_conflicts=True)


def name_liaisons(at: datetime) -> int:
    """One or two officers for each division; how many."""
    police = Membership.objects.valid(at).filter(partner__kind=Partner.Kind.POLICE).order_by("pk")
    officers = list(police.filter(partner_id=uid("partner", "tps")))
    if not officers:
        return 0
    divisions = Zone.objects.filter(kind=Zone.Kind.DIVISION).defer("area").order_by("name")
    named = [
        Liaison(
            partner_id=officer.partner_id,
            membership=officer,
            zone=division,
            phone=f"+1416555{chance(f'liaison {division.name}').randint(100, 199):04}",
        )
        for number, division in enumerate(divisions)
        for officer in {officers[number % len(officers)], officers[(number * 7 + 3) % len(officers)]}
    ]
    Liaison.objects.bulk_create(named, ignore_conflicts=True)
    return len(named)


def write_rosters(at: datetime) -> None:
    """Two partners in three say when whom of them is on duty."""
    members = Membership.objects.valid(at).exclude(unit="").exclude(partner__kind=Partner.Kind.POLICE)
    Hours.objects.bulk_create(
        [
            Hours(partner_id=member.partner_id, membership=member, begins=one.begins, minutes=one.minutes)
            for member in members
            if chance(f"roster {member.partner_id}").random() < 2 / 3
            for one in hours.stretches(_SHIFTS.get(member.unit, _BY_DAY))
        ],
        ignore_conflicts=True,
    )


def release_canaries() -> None:
    """Two partners that do not exist."""
    for name, short_name, address, lon, lat in _CANARIES:
        partner, _is_new = Partner.objects.get_or_create(
            id=uid("partner", name),
            defaults={
                "kind": Partner.Kind.CORPORATE, "sector": Sector.OFFICE, "name": name, "short_name": short_name,
                "is_active": False,
            },
        )  # fmt: skip
        Site.objects.get_or_create(
            id=uid("site", name),
            defaults={
                "partner": partner, "name": name, "address": address, "location": Point(lon, lat, srid=4326),
            },
        )  # fmt: skip
        Canary.objects.get_or_create(partner=partner, defaults={"note": "of the demo city"})
        publish([partner])


def _contacts(partner: Partner) -> list[Contact]:
    dice = chance(f"contacts {partner.name}")
    functions = [
        Contact.Function.CONTROL,
        dice.choice([Contact.Function.SECURITY, Contact.Function.AFTER_HOURS]),
    ]
    return [
        Contact(
            partner=partner,
            position=position,
            function=function,
            hours="24 h" if function != Contact.Function.SECURITY else "Mon–Fri 9–17",
            phone=f"+1416555{dice.randint(100, 199):04}",
        )
        for position, function in enumerate(functions, start=1)
    ]
