"""The happenings of the demo's last three days. How a story is told is in `history`."""

from typing import Any
from uuid import UUID

from cityalert.geo.models import Zone
from cityalert.ops.demo import aftermath, bulletins, drills, exceptions, passed_on, programs, talks
from cityalert.ops.demo.history import Past, Story
from cityalert.ops.demo.identity import uid
from partners.models import Partner, Site

HOUR = 60.0
DAY = 24 * HOUR
# Of the partners in the district, in each of the drills.
TAKE_PART = 10


def stories(past: Past) -> list[Story]:
    """All of them; the later ones are still going on."""
    told = (
        _game,
        _outage,
        _missing,
        exceptions.mistaken,
        exceptions.alone,
        _march,
        _subway,
        _road,
        exceptions.alone_lately,
        _school,
        _package,
        _outage_today,
        _crowd,
        _tonight,
    )
    district = partners_in("bia", "Financial District BIA")[:TAKE_PART]
    held = [
        drills.weekly(past, district),
        drills.planned(past, district),
        drills.from_template(past, district),
        drills.of_a_tower(past),
    ]
    return [
        programs.told(past),
        *held,
        passed_on.notice(past),
        *talks.told(past),
        bulletins.scam(past),
        bulletins.unnamed(past),
        *(story(past) for story in (*told, _gas, _fire)),
    ]


def _circle(lon: float, lat: float, radius_m: float) -> dict[str, Any]:
    return {"shapes": [{"type": "Circle", "center": [lon, lat], "radius_m": radius_m}], "zones": []}


def _zone(kind: str, name: str) -> dict[str, Any]:
    return {"shapes": [], "zones": [str(uid(f"zone {kind}", name))]}


def partners_in(kind: str, name: str) -> list[UUID]:
    """Who has a site in a zone, but for the police, who write to them."""
    zone = Zone.objects.get(pk=uid(f"zone {kind}", name))
    there = Site.objects.filter(location__intersects=zone.area, archived_at=None, partner__is_active=True)
    there = there.exclude(partner__kind=Partner.Kind.POLICE)
    return sorted(set(there.values_list("partner_id", flat=True)))


def _said(en: str, fr: str) -> dict[str, dict[str, str]]:
    return {"en": {"headline": en}, "fr": {"headline": fr}}


def _game(past: Past) -> Story:
    yield 70 * HOUR
    said = _said("Home game tonight: expect crowds from 17:00.", "Match ce soir : foule attendue dès 17 h.")
    alert = past.publish(
        past.draft("planned-event", _zone("event", "Stadium perimeter"), "Around the stadium", words=said)
    )
    yield 70 * HOUR - 12
    past.answer(alert, 0.9)
    yield 46 * HOUR - 1
    past.expire(alert)


def _outage(past: Past) -> Story:
    yield 52 * HOUR
    area = _zone("neighbourhood", "The Annex")
    alert = past.publish(past.draft("power-outage", area, "The Annex"))
    yield 52 * HOUR - 10
    past.answer(alert, 0.6)
    yield 51 * HOUR
    said = _said("Power is back west of Spadina.", "Le courant est rétabli à l'ouest de Spadina.")
    alert = past.update(alert, words=said, area_desc="The Annex, east of Spadina Ave")
    yield 49 * HOUR
    past.cancel(alert)


def _missing(past: Past) -> Story:
    yield 44 * HOUR
    area = _circle(-79.3840, 43.6560, 900)
    blanks = {
        "en": {
            "name": "Maria, 74", "description": "grey coat, red scarf", "place": "Dundas St W and University Ave"
        },
        "fr": {"description": "manteau gris, foulard rouge", "place": "rue Dundas O. et avenue University"},
    }  # fmt: skip
    draft = past.draft("missing-vulnerable", area, "Dundas St W and University Ave", blanks=blanks)
    alert = past.publish(draft)
    yield 44 * HOUR - 15
    past.answer(alert, 0.5)
    yield 41 * HOUR
    past.cancel(alert)


def _march(past: Past) -> Story:
    yield 30 * HOUR
    alert = past.publish(past.draft("crowd", _circle(-79.3835, 43.6527, 400), "Nathan Phillips Square"))
    yield 30 * HOUR - 6
    past.answer(alert, 0.7)
    yield 29 * HOUR
    said = _said("The march moves south on Bay St.", "La marche descend la rue Bay.")
    alert = past.update(
        alert, words=said, shapes=_circle(-79.3815, 43.6500, 500), area_desc="Bay St, Queen to Front"
    )
    yield 29 * HOUR - 5
    past.answer(alert, 0.5)
    passed_on.alert(past, alert)
    yield 25 * HOUR - 1
    past.expire(alert)


def _subway(past: Past) -> Story:
    yield 27 * HOUR
    area = _circle(-79.3835, 43.6464, 450)
    blanks = {"en": {"place": "St Andrew to Union"}, "fr": {"place": "de St Andrew à Union"}}
    alert = past.publish(past.draft("transit-closure", area, "St Andrew to Union", blanks=blanks))
    yield 27 * HOUR - 8
    past.answer(alert, 0.4)
    yield 25 * HOUR - 1
    past.expire(alert)


def _road(past: Past) -> Story:
    yield 20 * HOUR
    area, street = _circle(-79.3720, 43.6490, 350), "Front St E, Church to Jarvis"
    blanks = {"en": {"street": street, "time": "18:00"}, "fr": {"street": "Front E., de Church à Jarvis"}}
    alert = past.publish(past.draft("road-closed", area, street, blanks=blanks))
    yield 14 * HOUR - 3
    past.expire(alert)


def _school(past: Past) -> Story:
    yield 8 * HOUR
    area = _circle(-79.3778, 43.6640, 500)
    alert = past.publish(past.draft("hold-and-secure", area, "Jarvis St and Wellesley St E"))
    yield 8 * HOUR - 2
    past.answer(alert, 0.8, need_help=1)
    yield 8 * HOUR - 5
    past.escalate(alert)
    yield 7 * HOUR
    past.cancel(alert)


def _package(past: Past) -> Story:
    yield 3 * HOUR
    alert = past.publish(
        past.draft("unattended-package", _circle(-79.3806, 43.6455, 300), "Union Station, Great Hall")
    )
    yield 3 * HOUR - 1
    past.answer(alert, 0.8, need_help=2)
    yield 3 * HOUR - 4
    incident = aftermath.opened(past, alert)
    yield 3 * HOUR - 5
    past.escalate(alert)
    yield 3 * HOUR - 20
    aftermath.noted(
        past, incident, "Robot is at the package. Great Hall is empty.", "Our west doors are shut."
    )
    yield 2 * HOUR
    past.cancel(alert)
    yield 2 * HOUR - 15
    aftermath.closed(past, incident, "A forgotten suitcase. Station open again at quarter past.")


def _outage_today(past: Past) -> Story:
    yield 55
    area = _zone("bia", "Cabbagetown BIA")
    said = _said("Power is out in Cabbagetown.", "Panne de courant à Cabbagetown.")
    alert = past.publish(past.draft("power-outage", area, "Cabbagetown", words=said))
    yield 50
    past.answer(alert, 0.6)
    yield 30
    said = _said("Power is out east of Parliament St.", "Panne de courant à l'est de Parliament.")
    past.update(alert, words=said, area_desc="Cabbagetown, east of Parliament St")


def _crowd(past: Past) -> Story:
    yield 40
    said = _said(
        "Crowd at Yonge-Dundas. Peaceful, sidewalks full.", "Foule à Yonge-Dundas. Calme, trottoirs pleins."
    )
    area = _zone("bia", "Downtown Yonge BIA")
    alert = past.publish(past.draft("crowd", area, "Yonge St, Queen to College", words=said))
    yield 36
    past.answer(alert, 0.5, need_help=1)
    yield 33
    incident = aftermath.opened(past, alert)
    yield 31
    aftermath.noted(
        past, incident, "Two officers at each corner.", "We keep our Yonge doors shut until it is over."
    )


def _tonight(past: Past) -> Story:
    yield 25
    said = _said(
        "Concert tonight: Bremner Blvd closed from 18:00.", "Concert ce soir : Bremner fermé dès 18 h."
    )
    area = _circle(-79.3800, 43.6432, 450)
    alert = past.publish(past.draft("planned-event", area, "Around the arena", words=said))
    yield 20
    past.answer(alert, 0.4)
    yield 12
    past.ask_again(alert)


def _gas(past: Past) -> Story:
    yield 6
    past.submit(past.draft("gas-leak", _circle(-79.3965, 43.6487, 250), "Queen St W and Spadina Ave"))


def _fire(past: Past) -> Story:
    yield 3
    past.draft("fire", _circle(-79.3717, 43.6487, 200), "St. Lawrence Market")
