"""The demo city as it stands in the tables: all made of one piece, the same each time, reaching nobody real."""

import re
from collections import Counter

import pytest
from django.contrib.gis.geos import MultiPolygon, Point

from cityalert.alerts.templates import Template
from cityalert.geo.metres import area_km2, distance_m
from cityalert.geo.models import Zone
from cityalert.lib.language import Language
from cityalert.lib.sms import gsm, is_gsm
from cityalert.ops.demo import city, identity, organisations, people, residents, wording
from partners.models import Partner
from partners.roles import Role
from partners.sectors import Sector

# Where TTC's stops and the city's maps put these crossings.
KNOWN = {
    "King St W & Bay St": (43.6485, -79.3805),
    "Queen St & Yonge St": (43.6524, -79.3791),
    "Queen St W & Spadina Ave": (43.6487, -79.3965),
    "Dundas St W & University Ave": (43.6548, -79.3884),
    "College St & Bathurst St": (43.6565, -79.4077),
    "Carlton St & Parliament St": (43.6641, -79.3680),
    "Gerrard St E & Broadview Ave": (43.6655, -79.3527),
    "Queen St E & Sherbourne St": (43.6545, -79.3694),
}


@pytest.fixture(scope="module")
def zones() -> list[Zone]:
    return city.zones()


@pytest.fixture(scope="module")
def homes() -> list[residents.Resident]:
    return list(residents.residents())


def test_zones_are_valid_and_say_that_they_are_schematic(zones):
    assert all(zone.area.valid and zone.is_schematic for zone in zones)
    assert len({zone.pk for zone in zones}) == len({(zone.kind, zone.name) for zone in zones}) == len(zones)
    kinds = Counter(zone.kind for zone in zones)
    assert kinds["division"] == 16
    assert kinds["bia"] >= 25
    assert kinds["neighbourhood"] >= 30


def test_divisions_share_the_city_without_gap_or_overlap(zones):
    divisions = [zone.area for zone in zones if zone.kind == "division"]
    together = MultiPolygon(*(part for area in divisions for part in area)).unary_union

    assert area_km2(together) == pytest.approx(area_km2(city.outline()), rel=1e-3)
    assert sum(map(area_km2, divisions)) == pytest.approx(area_km2(together), rel=1e-3)


def test_everything_lies_in_the_city(zones, homes):
    inside = city.outline().prepared
    assert all(inside.contains(site.location) for site in organisations.sites())
    assert all(inside.contains(place.location) for place in city.places())
    assert all(area_km2(zone.area.difference(city.outline())) < 1e-6 for zone in zones)
    assert all(inside.contains(Point(home.lon, home.lat, srid=4326)) for home in homes[:2000])


def test_police_stations_stand_in_their_divisions(zones):
    divisions = {zone.name: zone.area for zone in zones if zone.kind == "division"}
    stations = [site for site in organisations.sites() if site.name in divisions]

    assert len(stations) == 16
    assert all(divisions[station.name].contains(station.location) for station in stations)


@pytest.mark.parametrize("name", KNOWN)
def test_downtown_crossings_are_where_they_are(name):
    lat, lon = KNOWN[name]
    place = next(place for place in city.places() if place.name == name)

    assert distance_m(place.location.coords, (lon, lat)) < 50


def test_there_are_seven_kinds_of_partner_with_sites():
    partners, sites = organisations.partners([]), organisations.sites()

    assert {partner.kind for partner in partners.values()} == set(Partner.Kind)
    assert len(partners) >= 60
    assert len(sites) >= 120
    assert {site.partner_id for site in sites} == {partner.pk for partner in partners.values()}
    assert all(len(partner.short_name) <= 20 for partner in partners.values())


def test_only_the_police_may_alert_the_public_and_a_bia_its_own_streets(zones):
    partners = organisations.partners(zones)

    assert [key for key, partner in partners.items() if partner.may_alert_public] == ["tps"]
    allowed = {partner.kind for partner in partners.values() if partner.jurisdiction is not None}
    assert allowed == {"police", "bia"}
    assert all(partner.jurisdiction is not None for partner in partners.values() if partner.kind == "bia")


def test_sharing_groups_have_their_partners():
    places = organisations.participants()
    inside = {
        group.name: sum(one.group_id == group.pk and one.state == "joined" for one in places)
        for group in organisations.groups()
    }

    assert len(inside) >= 6
    assert all(count >= 4 for count in inside.values())
    assert sum(group.is_hidden for group in organisations.groups()) == 2
    hosts = {(group.pk, group.host_id) for group in organisations.groups()}
    assert hosts <= {(one.group_id, one.partner_id) for one in places if one.state == "joined"}
    assert any(one.state == "invited" for one in places)


def test_every_partner_has_a_sector(zones):
    assert all(partner.sector in Sector.values for partner in organisations.partners(zones).values())
    assert {site.sector for site in organisations.sites()} <= {"", *Sector.values}


def test_four_hundred_members_are_the_same_each_time():
    everybody = people.members()

    assert everybody == people.members()
    assert len(everybody) == 400
    assert len({member.email for member in everybody}) == 400
    assert {member.partner for member in everybody} == {row["key"] for row in identity.rows("partners")}
    assert {member.role for member in everybody} >= {
        Role.PUBLISHER,
        Role.APPROVER,
        Role.OPERATOR,
        Role.ANALYST,
    }
    assert 40 <= sum(member.language == Language.FR for member in everybody) <= 120
    assert any(member.call_order == 2 for member in everybody)
    unreachable = [m for m in everybody if all(contact.state != "verified" for contact in m.contacts)]
    assert 3 <= len(unreachable) <= 40


def test_nobody_in_the_demo_has_a_real_address(homes):
    contacts = [(c.channel, c.address) for member in people.members() for c in member.contacts]
    contacts += [contact for home in homes for contact in home.contacts]
    addresses = [address for channel, address in contacts if channel == "email"]
    phones = [address for channel, address in contacts if channel == "sms"]

    assert all(address.endswith(".example") for address in addresses)
    assert all(re.fullmatch(r"\+1(416|647|437)555\d{4}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert not any(phone.endswith(("5550100", "5551212")) for phone in phones)


def test_twenty_thousand_residents_are_spread_as_a_city_is(homes):
    assert len(homes) == residents.RESIDENTS == 20_000
    assert 0.10 < sum(home.language == Language.FR for home in homes) / len(homes) < 0.14
    assert 0.65 < sum(home.contacts[0][0] == "sms" for home in homes) / len(homes) < 0.75
    downtown = sum(distance_m((home.lon, home.lat), (-79.3832, 43.6532)) < 3000 for home in homes)
    assert 0.15 < downtown / len(homes) < 0.45
    divisions = [zone.area.prepared for zone in city.zones() if zone.kind == "division"]
    some = [Point(home.lon, home.lat, srid=4326) for home in homes[::10]]
    assert all(sum(map(area.contains, some)) > 20 for area in divisions)


def test_templates_say_it_in_both_languages_in_one_text_message():
    templates: list[Template] = wording.templates()

    assert len(templates) == 12
    for template in templates:
        template.clean_fields(exclude=["made_at", "made_by", "ended_at", "partner", "locked"])
        assert len(template.blanks) <= 3
        assert template.scope == "Restricted" or template.tlp == "CLEAR"
        for language in Language:
            said = template.words[language]
            assert 0 < len(said["headline"]) <= 60
            assert 0 < len(said["instruction"]) <= 600
            assert said["description"]
            assert is_gsm(gsm(said["headline"])), said["headline"]
