"""What is known of the demo city's sites beside where they are: invented, and the same each time."""

from cityalert.ops.demo.identity import chance, text
from partners.models import Keyholder, Partner, Site
from partners.premises import Hazard, Hours

_OFFICE: Hours = {str(day): [["07:00", "19:00"]] for day in range(5)} | {"5": [], "6": []}
_ALWAYS: Hours = {str(day): [["00:00", "24:00"]] for day in range(7)}
_SCHOOL: Hours = {str(day): [["08:15", "15:45"]] for day in range(5)}
_HOURS = {
    Partner.Kind.POLICE: _ALWAYS,
    Partner.Kind.SCHOOL: _SCHOOL,
    Partner.Kind.CORPORATE: _OFFICE,
    Partner.Kind.BIA: _OFFICE,
    Partner.Kind.MUNICIPAL: _OFFICE,
}
# floors, people: from and to
_SIZES = {
    Partner.Kind.CORPORATE: ((8, 68), (400, 9000)),
    Partner.Kind.VENUE: ((2, 6), (600, 40_000)),
    Partner.Kind.SCHOOL: ((2, 5), (150, 1400)),
    Partner.Kind.TRANSIT: ((1, 3), (100, 6000)),
}
_MEETING_POINTS = (
    "The square across the street",
    "North parking, row C",
    "The fountain",
    "The park to the west",
)
_NOTES = {
    Hazard.GAS: "Meter room in the second basement",
    Hazard.VOLTAGE: "Transformers at the loading dock",
    Hazard.BATTERIES: "Batteries beside the server room",
    Hazard.CHEMICALS: "Pool chemicals in the plant room",
}


def dress(site: Site, kind: str) -> Site:
    """Say what is known of a site of a partner of some kind."""
    dice = chance(f"premises {site.pk}")
    floors, people = _SIZES.get(Partner.Kind(kind), ((1, 6), (40, 900)))
    site.floors, site.capacity = dice.randint(*floors), round(dice.randint(*people), -1)
    site.hours = _HOURS.get(Partner.Kind(kind), {})
    site.hours_note = "Doors two hours before an event" if kind == Partner.Kind.VENUE else ""
    hazards = dice.sample(list(_NOTES), dice.choice((0, 1, 1, 2)))
    site.hazards = [hazard.value for hazard in hazards]
    site.hazards_note = "; ".join(_NOTES[hazard] for hazard in hazards)
    site.meeting_point = dice.choice(_MEETING_POINTS)
    return site


def keyholders(sites: list[Site]) -> list[Keyholder]:
    """Two for each site, their numbers among the hundred that belong to fiction."""
    first, last = text("first_names.txt").split(), text("last_names.txt").split()
    found = []
    for site in sites:
        dice = chance(f"keyholders {site.pk}")
        found += [
            Keyholder(
                partner_id=site.partner_id,
                site=site,
                position=position,
                name=f"{dice.choice(first)} {dice.choice(last)}",
                phone=f"+1416555{dice.randint(100, 199):04}",
            )
            for position in (1, 2)
        ]
    return found
